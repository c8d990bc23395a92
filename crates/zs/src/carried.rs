use crate::Error;

/// An error of the caller on its way through a pipeline.
pub(crate) struct Carried<E>(pub(crate) E);

impl<E: From<Error>> From<blockyard_pipeline::Error> for Carried<E> {
    fn from(error: blockyard_pipeline::Error) -> Self {
        Self(Error::from(error).into())
    }
}
