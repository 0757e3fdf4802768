//go:build !linux

package disk

import "io"

func beginWriteback(io.Writer, int64, int64) {}
