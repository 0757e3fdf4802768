// Package blobtest holds one conformance suite for every S3 store that LOX runs
// on, see [Run], and starts a MinIO server to run it on, see [StartMinIO].
package blobtest
