//! .NET, Dart, Elixir and sanitizers.

use super::*;

#[test]
fn dotnet_inner_on_own_line() {
    check(
        "Unhandled exception. System.InvalidOperationException: cannot save
 ---> Npgsql.NpgsqlException (0x80004005): refused
   at Npgsql.NpgsqlConnector.Open(Boolean async)
   --- End of inner exception stack trace ---
   at Shop.Store.Save(Item item) in /src/Shop/Store.cs:line 41
   at Shop.Program.<Main>$(String[] args) in /src/Shop/Program.cs:line 9",
        "dotnet
System.InvalidOperationException: cannot save
  *Shop.Store.Save /src/Shop/Store.cs:41
  *Shop.Program.<Main>$ /src/Shop/Program.cs:9
cause Npgsql.NpgsqlException: refused
  Npgsql.NpgsqlConnector.Open ",
    );
}

#[test]
fn dotnet_inner_on_one_line() {
    check(
        "Shop.Broken: outer ---> System.Net.Http.HttpRequestException: middle ---> System.IO.IOException: inner
   at Shop.Net.Read() in C:\\src\\Net.cs:line 3
   --- End of inner exception stack trace ---
   at System.Net.Http.HttpClient.SendAsync(HttpRequestMessage request)
   --- End of inner exception stack trace ---
   at Shop.Client.Call() in C:\\src\\Client.cs:line 8",
        "dotnet
Shop.Broken: outer
  *Shop.Client.Call C:\\src\\Client.cs:8
cause System.Net.Http.HttpRequestException: middle
  System.Net.Http.HttpClient.SendAsync 
cause System.IO.IOException: inner
  *Shop.Net.Read C:\\src\\Net.cs:3",
    );
}

#[test]
fn dotnet_async_and_mono() {
    check(
        "System.TimeoutException: slow
   at Shop.Jobs.<RunAsync>d__2.MoveNext() in /src/Jobs.cs:line 36
--- End of stack trace from previous location ---
   at Shop.Host.StartAsync(CancellationToken token) in /src/Host.cs:line 12",
        "dotnet
System.TimeoutException: slow
  *Shop.Jobs.<RunAsync>d__2.MoveNext /src/Jobs.cs:36
  *Shop.Host.StartAsync /src/Host.cs:12",
    );
    check(
        "System.NullReferenceException: Object reference not set to an instance of an object
  at Game.Player.Hit (System.Int32 damage) [0x0001c] in /home/u/Game/Player.cs:57 
  at System.Threading.Thread.StartInternal () [0x00000] in <filename unknown>:0 ",
        "dotnet
System.NullReferenceException: Object reference not set to an instance of an object
  *Game.Player.Hit /home/u/Game/Player.cs:57
  System.Threading.Thread.StartInternal ",
    );
}

#[test]
fn dotnet_aggregate() {
    let trace = parse(
        "System.AggregateException: One or more errors occurred. (a) (b)
 ---> System.Exception: a
   at Shop.A.Run() in /src/A.cs:line 1
   --- End of inner exception stack trace ---
   at Shop.All.Wait() in /src/All.cs:line 5
 ---> (Inner Exception #1) System.Exception: b
   at Shop.B.Run() in /src/B.cs:line 2<---
",
    )
    .unwrap();
    let kinds: Vec<(&str, &str)> =
        trace.chain.iter().map(|e| (e.relation.as_str(), e.message.as_str())).collect();
    assert_eq!(kinds, [("", "One or more errors occurred. (a) (b)"), ("cause", "a"), ("member", "b")]);
}

#[test]
fn dart_forms() {
    check(
        "Unhandled exception:
Bad state: no cart
#0      Cart.total (package:shop/cart.dart:12:5)
<asynchronous suspension>
#1      _RawReceivePort._handleMessage (dart:isolate-patch/isolate_patch.dart:184:12)",
        "dart
StateError: Bad state: no cart
  *Cart.total package:shop/cart.dart:12
  _RawReceivePort._handleMessage dart:isolate-patch/isolate_patch.dart:184",
    );
    check(
        "Unhandled exception:
FormatException: Unexpected character (at character 3)
{a}
  ^

#0      _ChunkedJsonParser.fail (dart:convert-patch/convert_patch.dart:1463:5)
#1      main (file:///srv/app/bin/main.dart:4:7)",
        "dart
FormatException: Unexpected character (at character 3)⏎{a}⏎  ^
  _ChunkedJsonParser.fail dart:convert-patch/convert_patch.dart:1463
  *main file:///srv/app/bin/main.dart:4",
    );
    check(
        "Unhandled exception:
RangeError (index): Invalid value: Not in inclusive range 0..2: 5
#0      List.[] (dart:core-patch/growable_array.dart:264:36)
#1      pick (package:shop/pick.dart:8)",
        "dart
RangeError: Invalid value: Not in inclusive range 0..2: 5
  List.[] dart:core-patch/growable_array.dart:264
  *pick package:shop/pick.dart:8",
    );
    check(
        "Unhandled exception:
NoSuchMethodError: The method 'pay' was called on null.
Receiver: null
Tried calling: pay()
#0      Object.noSuchMethod (dart:core-patch/object_patch.dart:38:5)
#1      checkout (package:shop/checkout.dart:20:11)",
        "dart
NoSuchMethodError: The method 'pay' was called on null.⏎Receiver: null⏎Tried calling: pay()
  Object.noSuchMethod dart:core-patch/object_patch.dart:38
  *checkout package:shop/checkout.dart:20",
    );
    check(
        "[ERROR:flutter/runtime/dart_vm_initializer.cc(41)] Unhandled Exception: Exception: offline
#0      Api.get (package:shop/api.dart:31:7)
<asynchronous suspension>
#1      State.setState (package:flutter/src/widgets/framework.dart:1139:30)",
        "dart
Exception: offline
  *Api.get package:shop/api.dart:31
  State.setState package:flutter/src/widgets/framework.dart:1139",
    );
}

#[test]
fn elixir_forms() {
    check(
        "** (RuntimeError) no stock
    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.add/2
    (stdlib 4.3) gen_server.erl:1123: :gen_server.try_dispatch/4",
        "elixir
RuntimeError: no stock
  *Shop.Cart.add/2 lib/shop/cart.ex:12
  :gen_server.try_dispatch/4 gen_server.erl:1123",
    );
    check(
        "** (FunctionClauseError) no function clause matching in Shop.Price.of/1

    The following arguments were given to Shop.Price.of/1:

        # 1
        nil

    (shop 0.1.0) lib/shop/price.ex:3: Shop.Price.of/1",
        "elixir
FunctionClauseError: no function clause matching in Shop.Price.of/1⏎⏎    The following arguments were given to Shop.Price.of/1:⏎⏎        # 1⏎        nil
  *Shop.Price.of/1 lib/shop/price.ex:3",
    );
    check(
        "** (exit) an exception was raised:
    ** (DBConnection.ConnectionError) connection not available
        (db_connection 2.5.0) lib/db_connection.ex:980: DBConnection.checkout/3
        (shop 0.1.0) lib/shop/repo.ex:5: Shop.Repo.all/1",
        "elixir
DBConnection.ConnectionError: connection not available
  DBConnection.checkout/3 lib/db_connection.ex:980
  *Shop.Repo.all/1 lib/shop/repo.ex:5",
    );
    check(
        "10:00:00.000 [error] GenServer Shop.Worker terminating
** (MatchError) no match of right hand side value: :error
    (shop 0.1.0) lib/shop/worker.ex:22: Shop.Worker.handle_info/2
Last message: :tick
State: %{}",
        "elixir
MatchError: no match of right hand side value: :error
  *Shop.Worker.handle_info/2 lib/shop/worker.ex:22",
    );
    check(
        "** (Mix) Could not start application shop: Shop.Application.start(:normal, []) returned an error
    (elixir 1.15.4) lib/kernel.ex:10: Kernel.start/0",
        "elixir
Mix: Could not start application shop: Shop.Application.start(:normal, []) returned an error
  Kernel.start/0 lib/kernel.ex:10",
    );
}

#[test]
fn address_sanitizer() {
    check(
        "=================================================================
==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x55 bp 0x7f sp 0x7f
READ of size 4 at 0x602000000010 thread T0
    #0 0x555555 in take(Item*) /src/cart.cc:12:5
    #1 0x555556 in main /src/main.cc:3:3
    #2 0x7ffff1 in __libc_start_main ../csu/libc-start.c:360

freed by thread T0 here:
    #0 0x555557 in operator delete(void*) (/src/app+0x4a)

SUMMARY: AddressSanitizer: heap-use-after-free /src/cart.cc:12:5 in take(Item*)
==7==ABORTING",
        "sanitizer
AddressSanitizer: heap-use-after-free: on address 0x602000000010 at pc 0x55 bp 0x7f sp 0x7f
  *take(Item*) /src/cart.cc:12
  *main /src/main.cc:3
  __libc_start_main ../csu/libc-start.c:360",
    );
    check(
        "AddressSanitizer:DEADLYSIGNAL
=================================================================
==8==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000 (pc 0x1 bp 0x2 sp 0x3 T0)
==8==Hint: address points to the zero page.
    #0 0x1 in deref /src/a.c:6

AddressSanitizer can not provide additional info.
SUMMARY: AddressSanitizer: SEGV /src/a.c:6 in deref
==8==ABORTING",
        "sanitizer
AddressSanitizer: SEGV: on unknown address 0x000000000000 (pc 0x1 bp 0x2 sp 0x3 T0)
  *deref /src/a.c:6",
    );
}

#[test]
fn other_sanitizers() {
    check(
        "==================
WARNING: ThreadSanitizer: data race (pid=3)
  Write of size 4 at 0x55 by thread T2:
    #0 count /src/a.c:7 (app+0x12)

SUMMARY: ThreadSanitizer: data race /src/a.c:7 in count
==================
ThreadSanitizer: reported 1 warnings",
        "sanitizer
ThreadSanitizer: data race: (pid=3)
  *count /src/a.c:7",
    );
    check(
        "==9==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 40 byte(s) in 1 object(s) allocated from:
    #0 0x7f in __interceptor_malloc (/lib/x86_64-linux-gnu/libasan.so.8+0xb8)
    #1 0x55 in keep /src/b.c:8

SUMMARY: AddressSanitizer: 40 byte(s) leaked in 1 allocation(s).",
        "sanitizer
LeakSanitizer: detected memory leaks: 
  __interceptor_malloc /lib/x86_64-linux-gnu/libasan.so.8
  *keep /src/b.c:8",
    );
    check(
        "/src/c.c:14:45: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'
    #0 0x56 in grow /src/c.c:14:45
SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior /src/c.c:14:45 in",
        "sanitizer
UndefinedBehaviorSanitizer: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'
  at /src/c.c:14
  *grow /src/c.c:14",
    );
}
