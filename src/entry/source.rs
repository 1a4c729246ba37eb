//! Who wrote an entry: project, service, revision, instance, log and so on, under one set of names for every dialect.

use std::borrow::Cow;

/// The origin of an entry. Empty texts mean "the record does not say".
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source<'a> {
    /// Project (or account) id.
    pub project: Cow<'a, str>,
    /// Resource type, such as `cloud_run_revision`.
    pub resource: Cow<'a, str>,
    /// Service, function, job, module, database, build, workload: the thing a person would name.
    pub service: Cow<'a, str>,
    /// Revision or version of the service.
    pub revision: Cow<'a, str>,
    /// Instance, pod, task or host.
    pub instance: Cow<'a, str>,
    /// Execution of a job, id of a build.
    pub execution: Cow<'a, str>,
    /// Region or zone.
    pub location: Cow<'a, str>,
    /// Log id, decoded and without project: `run.googleapis.com/stderr`; for other dialects the stream or logger.
    pub log: Cow<'a, str>,
    /// Container name.
    pub container: Cow<'a, str>,
}

impl Source<'_> {
    /// The same source with texts of its own.
    pub fn into_owned(self) -> Source<'static> {
        fn own(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        Source {
            project: own(self.project),
            resource: own(self.resource),
            service: own(self.service),
            revision: own(self.revision),
            instance: own(self.instance),
            execution: own(self.execution),
            location: own(self.location),
            log: own(self.log),
            container: own(self.container),
        }
    }

    /// The nine texts in declaration order; what is hashed, compared and stored.
    pub fn fields(&self) -> [&str; 9] {
        [
            &self.project,
            &self.resource,
            &self.service,
            &self.revision,
            &self.instance,
            &self.execution,
            &self.location,
            &self.log,
            &self.container,
        ]
    }

    /// The inverse of [`Source::fields`].
    pub fn from_fields(fields: [&str; 9]) -> Source<'_> {
        let [project, resource, service, revision, instance, execution, location, log, container] =
            fields.map(Cow::Borrowed);
        Source { project, resource, service, revision, instance, execution, location, log, container }
    }
}
