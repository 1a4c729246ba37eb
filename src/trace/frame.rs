//! Tells the user's own frames from those of libraries and of the runtime: takes file and function, gives yes or no.

/// Parts of a path that only installed code has.
const INSTALLED: &str = "\
    site-packages/ dist-packages/ node_modules/ /.pnpm/ /.yarn/ /vendor/ /_vendor/ /gems/ /lib/ruby/ /lib/python2 \
    /lib/python3 /pkg/mod/ .cargo/registry/ .cargo/git/ /rustc/ /.rustup/ /library/std/src/ \
    /library/core/src/ /library/alloc/src/ /usr/lib/ /usr/share/ /usr/local/lib/ /usr/include/ \
    /usr/local/go/src/ /lib/x86_64-linux-gnu/ /lib/aarch64-linux-gnu/ /pub-cache/ .pub-cache/ /compiler-rt/ \
    sanitizer_common/ libsanitizer/ /nix/store/";

/// Packages of the JVM's world that are no user's code.
const JVM: &str = "\
    java. javax. jdk. sun. com.sun. jakarta. kotlin. kotlinx. scala. groovy. clojure. org.codehaus. \
    org.springframework. org.apache. org.hibernate. org.eclipse. org.mortbay. org.jboss. org.junit. \
    org.slf4j. org.postgresql. org.h2. org.mockito. org.gradle. org.quartz. org.redisson. org.elasticsearch. \
    org.mongodb. org.thymeleaf. org.jooq. org.flywaydb. org.aspectj. org.glassfish. org.reactivestreams. \
    org.opensearch. com.fasterxml. com.google.common. com.google.gson. com.google.inject. com.google.cloud. \
    com.google.api. com.google.apphosting. com.google.appengine. com.mysql. com.zaxxer. com.mongodb. \
    com.rabbitmq. com.netflix. com.amazonaws. com.microsoft. com.android. com.jetty. com.squareup. \
    com.github.benmanes. oracle. reactor. rx. io.reactivex. io.netty. io.grpc. io.micrometer. io.vertx. \
    io.undertow. io.lettuce. akka. redis.clients.";
/// Others, whose names a user's package could not have either.
const JVM_MORE: &str = "\
    ch.qos.logback. okhttp3. okio. retrofit2. feign. play. zio. cats. android. androidx. dalvik. net.sf. \
    net.bytebuddy. liquibase.";

/// Namespaces of .NET's own and of widely used packages.
const DOTNET: &str = "\
    System. Microsoft. Mono. Npgsql. Newtonsoft. MySql. MySqlConnector. Grpc. Castle. AutoMapper. MediatR. \
    Polly. Serilog. NLog. Dapper. StackExchange. Amazon. Azure. Google. Swashbuckle. Hangfire. MassTransit. \
    RabbitMQ. FluentValidation. Xunit. lambda_method";

/// First path element of Go's standard packages.
const GO: &str = "\
    archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar \
    flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp \
    runtime slices sort strconv strings structs sync syscall testing text time unicode";

/// Crates whose functions show up without a file.
const RUST: &str = "\
    std:: core:: alloc:: <core:: <alloc:: <std:: __rustc __rust rust_ _start __libc main tokio:: <tokio:: \
    futures_ hyper:: axum:: tower:: rayon test:: start_thread clone";

/// Applications of Elixir's and Erlang's world that are dependencies.
const ELIXIR: &str = "\
    elixir stdlib kernel erts phoenix phoenix_live_view phoenix_pubsub phoenix_ecto phoenix_html ecto \
    ecto_sql db_connection postgrex myxql plug plug_cowboy cowboy cowlib ranch bandit thousand_island logger \
    mix ex_unit iex gen_stage broadway oban jason finch mint telemetry absinthe tesla hackney swoosh poolboy \
    redix req ssl";

/// Dart packages of the framework and of widely used libraries.
const DART: &str = "\
    flutter flutter_test http dio bloc flutter_bloc provider riverpod flutter_riverpod get async stack_trace \
    test test_api shelf grpc";

/// Whether a frame is the user's own code. `runtime` is the id of [`super::Trace::runtime`].
pub(super) fn user(runtime: &str, file: &str, function: &str) -> bool {
    let path = file.replace('\\', "/");
    let path = path.strip_prefix("file://").unwrap_or(&path);
    if INSTALLED.split(' ').any(|part| {
        path.contains(part)
            || path
                .strip_prefix(part.trim_start_matches('/'))
                .is_some_and(|_| part.len() > 5 && part.starts_with('/'))
    }) {
        return false;
    }
    match runtime {
        "python" => python(path),
        "node" => node(path),
        "java" => java(function),
        "dotnet" => !DOTNET.split(' ').any(|p| function.starts_with(p)) && !path.starts_with("/_/"),
        "go" => go(path, function),
        "rust" => {
            !RUST.split(' ').any(|p| function.starts_with(p))
                || function.ends_with("::main")
                || (function.is_empty() && !path.is_empty())
        }
        "ruby" => ruby(path),
        "php" => !path.is_empty() && !path.starts_with("phar:") && !path.starts_with("vendor/"),
        "dart" => dart(path),
        "elixir" => elixir(path),
        "c" => sanitized(path, function),
        _ => !path.is_empty(),
    }
}

/// Packages that a Lambda's archive carries beside the function itself.
const VENDORED: &str = "\
    requests urllib3 botocore boto3 s3transfer certifi httpx httpcore aiohttp pydantic sqlalchemy psycopg psycopg2 pymysql \
    redis jwt yaml jinja2 werkzeug flask fastapi starlette mangum django numpy pandas google grpc opentelemetry sentry_sdk \
    aws_lambda_powertools openai anthropic stripe cryptography attr dateutil tenacity anyio";

/// Whether a path leads into such a package.
fn is_vendored(path: &str) -> bool {
    let inside = path.split_once("/var/task/").map(|(_, rest)| rest);
    inside
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(package, _)| VENDORED.split(' ').any(|p| p == package))
}

fn python(path: &str) -> bool {
    // Compiled modules print the path they had in their own source tree.
    let compiled = path.ends_with(".pyx") && !path.starts_with('/');
    // Entry point scripts that pip writes have no extension: /usr/local/bin/uvicorn.
    let script = path.contains("/bin/") && !path.ends_with(".py");
    !path.is_empty()
        && !path.starts_with('<')
        && !script
        && !compiled
        && !path.contains("python27_lib/")
        && !path.contains(".zip/")
        && !is_vendored(path)
        && !path.starts_with("/var/runtime/")
        && !path.starts_with("/var/lang/")
}

fn node(path: &str) -> bool {
    let internal = [
        "node:",
        "internal/",
        "<anonymous>",
        "native",
        "unknown location",
        "evalmachine",
        "wasm:",
        "chrome-extension:",
    ];
    let classic = !path.contains(['/', '\\'])
        && [
            "module.js",
            "events.js",
            "timers.js",
            "_stream_readable.js",
            "net.js",
            "fs.js",
            "bootstrap_node.js",
        ]
        .contains(&path);
    !path.is_empty()
        && !classic
        && !internal.iter().any(|p| path.starts_with(p))
        && !path.contains("webpack/bootstrap")
}

fn java(function: &str) -> bool {
    let generated = ["$$EnhancerBy", "$$FastClassBy", "GeneratedMethodAccessor", "$Proxy", "$$Lambda"]
        .iter()
        .any(|g| function.contains(g));
    !generated && !JVM.split(' ').chain(JVM_MORE.split(' ')).any(|p| function.starts_with(p))
}

fn go(path: &str, function: &str) -> bool {
    // Modules carry their version in the path; `-trimpath` leaves only that.
    if path.contains("@v") || path.starts_with("vendor/") {
        return false;
    }
    let package = function.split(['.', '/']).next().unwrap_or("");
    let standard = GO.split(' ').any(|p| p == package);
    let dir = function.rsplit_once('/').map_or("", |(dir, _)| dir);
    let last = function.rsplit('/').next().unwrap_or(function).split('.').next().unwrap_or("");
    let package_dir = if dir.is_empty() { format!("{last}/") } else { format!("{dir}/{last}/") };
    let in_root = path.is_empty()
        || path.contains(&format!("go/src/{package_dir}"))
        || path.contains(&format!("/src/{package_dir}"))
        || path.starts_with(&package_dir);
    let runtime = standard && in_root;
    !(runtime || function.is_empty() || function.starts_with("appengine_internal."))
}

fn ruby(path: &str) -> bool {
    // `actionpack (5.1.4) lib/…` names the gem, `<internal:kernel>` the interpreter.
    let gem = path.split_once(" (").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    !path.is_empty()
        && !path.starts_with('<')
        && !gem
        && !path.contains("classloader:")
        && !path.ends_with("/bin/bundle")
}

fn dart(path: &str) -> bool {
    let package = path.strip_prefix("package:").map(|p| p.split('/').next().unwrap_or(p));
    !path.is_empty()
        && !path.starts_with("dart:")
        && !package.is_some_and(|p| DART.split(' ').any(|d| d == p))
}

/// `path` is `(app version) file`.
fn elixir(path: &str) -> bool {
    let (app, file) = path.strip_prefix('(').and_then(|p| p.split_once(") ")).unwrap_or(("", path));
    let app = app.split(' ').next().unwrap_or(app);
    if app.is_empty() {
        !file.is_empty() && !file.starts_with("deps/") && !file.ends_with(".erl")
    } else {
        !ELIXIR.split(' ').any(|d| d == app) && !file.starts_with("deps/")
    }
}

fn sanitized(path: &str, function: &str) -> bool {
    let runtime = [
        "__interceptor_",
        "__asan_",
        "__ubsan_",
        "__tsan_",
        "__msan_",
        "__sanitizer",
        "__libc_",
        "_start",
        "operator new",
        "operator delete",
        "std::",
    ];
    let system = [
        "../sysdeps/",
        "../csu/",
        "./csu/",
        "./nptl/",
        "./stdlib/",
        "/build/",
        "/lib/",
        "/lib64/",
        "/usr/bin/",
    ];
    let allocator =
        ["malloc", "free", "calloc", "realloc", "memcpy", "strcpy", "start_thread"].contains(&function);
    !path.is_empty()
        && !allocator
        && !runtime.iter().any(|p| function.starts_with(p))
        && !system.iter().any(|p| path.starts_with(p))
}
