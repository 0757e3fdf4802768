//go:build !linux

package storetest

import "os"

// parentDir returns "", which is the temporary directory.
func parentDir() string { return "" }

func lockDir(dir string) (*os.File, error) { return os.Open(dir) }
