package transfer

import "context"

// Checksum reads a file and returns its checksum in the format of the API: "sha256:" and 64 hexadecimal digits.
// progress, if not nil, is called often, with the phase Hashing. Errors: ErrChanged, or *InterruptedError with the
// cause if ctx ended.
func Checksum(ctx context.Context, source Source, progress func(Progress)) (string, error) {
	info, err := source.Stat()
	if err != nil {
		return "", err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	f := &pushed{transfer: &transfer{Options: Options{Progress: progress}}, source: source, info: info, size: info.Size()}
	sum, err := f.hash(ctx)
	if err != nil && ctx.Err() != nil {
		return "", &InterruptedError{Err: err}
	}
	return sum, err
}
