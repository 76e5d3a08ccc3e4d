//! Objects under one address: `s3://bucket/prefix`, or `file:///folder` for a folder that is treated like one. Read as streams,
//! written whole or not at all. It knows no jobs. Every wait has an end.

use crate::StoreError;
use bytes::Bytes;
use futures_util::StreamExt as _;
use helios_job::Sha256Sum;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{
    BackoffConfig, ClientOptions, Error as Cause, MultipartUpload as _, ObjectStore, ObjectStoreExt as _,
    RetryConfig,
};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// How long a connection may take to come about, and how long nothing may come over it.
const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(60);

/// The longest wait for a part of an upload, with all that is tried again.
const PART_TIMEOUT: Duration = Duration::from_secs(600);

/// What is sent at a time; S3 takes no smaller parts than 5 MiB, and no more than 10,000 of them.
const PART: usize = 16 << 20;

/// Tries again within about ten seconds; who waits longer is better tried again by the engine.
const RETRIES: usize = 5;

/// Objects under one address.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Key,
    url: String,
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// Tells one content from the next.
    pub(crate) stamp: String,
}

impl Store {
    /// Opens the folder of objects `url`. `settings` are the usual ones of AWS, such as `AWS_REGION` and `AWS_ENDPOINT_URL`.
    pub(crate) fn open(
        url: &str,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Store, StoreError> {
        let refused = |why: String| StoreError::address(url, why);
        let key = |path: &str| Key::parse(path.trim_matches('/')).map_err(|error| refused(error.to_string()));
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(refused("there is no bucket in it: use s3://bucket/folder/job.json".to_owned()));
            }
            let objects = Arc::new(s3(bucket, settings).map_err(|error| refused(error.to_string()))?);
            return Ok(Store { objects, prefix: key(prefix)?, url: url.trim_end_matches('/').to_owned() });
        }
        if let Some(path) = url.strip_prefix("file://") {
            if !path.starts_with('/') {
                return Err(refused("a folder is named from / on: file:///mnt/films/job.json".to_owned()));
            }
            let objects = Arc::new(LocalFileSystem::new().with_fsync(true));
            return Ok(Store { objects, prefix: key(path)?, url: url.trim_end_matches('/').to_owned() });
        }
        Err(refused("use s3://bucket/folder/job.json or file:///folder/job.json".to_owned()))
    }

    /// The address of an object, or of the folder.
    pub(crate) fn url(&self, name: &str) -> String {
        if name.is_empty() { self.url.clone() } else { format!("{}/{name}", self.url) }
    }

    /// Part by part, so that odd characters are what they are.
    fn key(&self, name: &str) -> Key {
        name.split('/').fold(self.prefix.clone(), |key, part| key.join(part))
    }

    /// A small object, such as a manifest; `None` when there is none.
    pub(crate) async fn text(&self, name: &str, most: u64) -> Result<Option<Bytes>, StoreError> {
        let url = self.url(name);
        let found = match self.objects.get(&self.key(name)).await {
            Ok(found) => found,
            Err(cause) => return self.absent("read", &url, cause).map(|()| None),
        };
        if found.meta.size > most {
            let why = format!("it has {} bytes, and more than {most} are not read", found.meta.size);
            return Err(StoreError::address(&url, why));
        }
        found.bytes().await.map(Some).map_err(|cause| StoreError::of("read", &url, &cause))
    }

    /// Reads an object from end to end, into `to` if that is given. Its digest and size; `None` when there is none.
    pub(crate) async fn read(
        &self,
        name: &str,
        mut to: Option<&mut tokio::fs::File>,
    ) -> Result<Option<(Sha256Sum, u64)>, StoreError> {
        let url = self.url(name);
        let found = match self.objects.get(&self.key(name)).await {
            Ok(found) => found,
            Err(cause) => return self.absent("read", &url, cause).map(|()| None),
        };
        let (mut hasher, mut bytes) = (Sha256::new(), 0_u64);
        let mut stream = found.into_stream();
        let silent =
            |_| StoreError::failed("read", &url, format!("nothing came for {} s", PART_TIMEOUT.as_secs()));
        while let Some(piece) = tokio::time::timeout(PART_TIMEOUT, stream.next()).await.map_err(silent)? {
            let piece = piece.map_err(|cause| StoreError::of("read", &url, &cause))?;
            hasher.update(&piece);
            bytes += piece.len() as u64;
            if let Some(file) = to.as_mut() {
                let kept = file.write_all(&piece).await;
                kept.map_err(|error| StoreError::failed("keep what is read of", &url, error.to_string()))?;
            }
        }
        if let Some(file) = to {
            let kept = file.flush().await;
            kept.map_err(|error| StoreError::failed("keep what is read of", &url, error.to_string()))?;
        }
        Ok(Some((Sha256Sum(hasher.finalize().into()), bytes)))
    }

    /// Sends a file, part by part. The object appears when it is whole.
    pub(crate) async fn send(&self, from: &Path, name: &str) -> Result<(), StoreError> {
        let url = self.url(name);
        let local = |error: std::io::Error| {
            StoreError::failed("send", &url, format!("{} cannot be read: {error}", from.display()))
        };
        let mut file = tokio::fs::File::open(from).await.map_err(local)?;
        let first = part(&mut file).await.map_err(local)?;
        if first.len() < PART {
            return self.put(name, first).await;
        }
        let late =
            || StoreError::failed("write", &url, format!("waited {} s for a part", PART_TIMEOUT.as_secs()));
        let failed = |cause: Cause| StoreError::of("write", &url, &cause);
        let key = self.key(name);
        let upload = tokio::time::timeout(PART_TIMEOUT, self.objects.put_multipart(&key));
        let mut upload = upload.await.map_err(|_| late())?.map_err(failed)?;
        let mut next = first;
        let sent = loop {
            let piece = match part(&mut file).await {
                Ok(piece) => piece,
                Err(error) => break Err(local(error)),
            };
            let this = std::mem::replace(&mut next, piece);
            match tokio::time::timeout(PART_TIMEOUT, upload.put_part(this.into())).await {
                Err(_) => break Err(late()),
                Ok(Err(cause)) => break Err(failed(cause)),
                Ok(Ok(())) if next.is_empty() => break Ok(()),
                Ok(Ok(())) => {}
            }
        };
        let sent = match sent {
            Ok(()) => match tokio::time::timeout(PART_TIMEOUT, upload.complete()).await {
                Err(_) => Err(late()),
                Ok(done) => done.map(drop).map_err(failed),
            },
            Err(error) => Err(error),
        };
        if sent.is_err() {
            // What is not completed takes room until the bucket's rules remove it.
            let _ = tokio::time::timeout(CONNECT, upload.abort()).await;
        }
        sent
    }

    /// Writes a small object.
    pub(crate) async fn put(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        let (url, key) = (self.url(name), self.key(name));
        match tokio::time::timeout(PART_TIMEOUT, self.objects.put(&key, bytes.into())).await {
            Err(_) => {
                Err(StoreError::failed("write", &url, format!("waited {} s for it", PART_TIMEOUT.as_secs())))
            }
            Ok(done) => done.map(drop).map_err(|cause| StoreError::of("write", &url, &cause)),
        }
    }

    /// The objects right under the address, or in `folder` there.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Listed>, StoreError> {
        let prefix = if folder.is_empty() { self.prefix.clone() } else { self.key(folder) };
        let found = self.objects.list_with_delimiter(Some(&prefix)).await;
        let found = found.map_err(|cause| StoreError::of("list", &self.url(folder), &cause))?;
        let one = |meta: object_store::ObjectMeta| {
            let name = meta.location.filename()?.to_owned();
            let stamp = format!("{} {}", meta.e_tag.unwrap_or_default(), meta.last_modified);
            Some(Listed { name, bytes: meta.size, stamp })
        };
        Ok(found.objects.into_iter().filter_map(one).collect())
    }

    /// Whether there is such an object.
    pub(crate) async fn has(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.size(name).await?.is_some())
    }

    /// The bytes of an object; `None` when there is none.
    pub(crate) async fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        match self.objects.head(&self.key(name)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(cause) => self.absent("look for", &self.url(name), cause).map(|()| None),
        }
    }

    /// Removes an object; one that is not there is no trouble.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.objects.delete(&self.key(name)).await {
            Ok(()) => Ok(()),
            Err(cause) => self.absent("remove", &self.url(name), cause),
        }
    }

    /// Objects that are not there are no error of the storage, a missing bucket is.
    fn absent(&self, doing: &'static str, url: &str, cause: Cause) -> Result<(), StoreError> {
        match &cause {
            Cause::NotFound { source, .. } if !source.to_string().contains("NoSuchBucket") => Ok(()),
            _ => Err(StoreError::of(doing, url, &cause)),
        }
    }
}

/// The next part of a file; empty at its end.
async fn part(file: &mut tokio::fs::File) -> std::io::Result<Bytes> {
    let mut part = Vec::new();
    file.take(PART as u64).read_to_end(&mut part).await?;
    Ok(part.into())
}

fn s3(
    bucket: &str,
    settings: impl IntoIterator<Item = (String, String)>,
) -> Result<object_store::aws::AmazonS3, Cause> {
    // The first one counts: whoever uses this crate as a library may have chosen another.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new()
        .with_connect_timeout(CONNECT)
        .with_read_timeout(SILENCE)
        // Large objects take longer than any time that could be named here; silence is what is waited for.
        .with_timeout_disabled();
    let mut builder = AmazonS3Builder::new().with_client_options(client);
    for (name, value) in settings {
        let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() else { continue };
        // Who names an address without TLS means it: a server on the own network.
        if matches!(key, AmazonS3ConfigKey::Endpoint | AmazonS3ConfigKey::S3Endpoint)
            && value.starts_with("http://")
        {
            builder = builder.with_allow_http(true);
        }
        builder = builder.with_config(key, value);
    }
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(4), ..BackoffConfig::default() };
    let retry = RetryConfig { backoff, max_retries: RETRIES, retry_timeout: Duration::from_secs(60) };
    builder.with_bucket_name(bucket).with_retry(retry).build()
}
