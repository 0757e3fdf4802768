package disk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/backlox/lox"
)

// partOf returns the key of a part in outcomes. Part 0 is the upload itself.
func partOf(key string, number int) string { return key + "#" + strconv.Itoa(number) }

// begun is the checksum of part 0 of an existing upload.
var begun = lox.Checksum{1}

// parts returns the checksums that the parts of an upload may have.
func (o *outcomes) parts(key string) map[int][]lox.Checksum {
	o.mu.Lock()
	defer o.mu.Unlock()
	parts := map[int][]lox.Checksum{}
	for each, may := range o.may {
		if number, ok := strings.CutPrefix(each, key+"#"); ok {
			n, err := strconv.Atoi(number)
			if err != nil {
				panic(err)
			}
			parts[n] = may
		}
	}
	return parts
}

// sendingPart notes that a part is sent: it may get the new checksum, or be missing.
func (o *outcomes) sendingPart(key string, number int, sum lox.Checksum) {
	o.add(partOf(key, number), sum)
	o.add(partOf(key, number), absent)
	o.forgetAssembling(key)
}

// assemblingParts notes that the assembly of the parts is requested.
func (o *outcomes) assemblingParts(key string, sum lox.Checksum) {
	parts := o.parts(key)
	o.mu.Lock()
	again := o.assembling[key]
	o.mu.Unlock()
	o.uploading(key, sum)
	o.ending(key)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.assembling == nil {
		o.assembling = map[string]map[int]lox.Checksum{}
	}
	if again != nil {
		o.assembling[key] = again
		return
	}
	o.assembling[key] = map[int]lox.Checksum{}
	for number, may := range parts {
		if len(may) == 1 && may[0] != absent {
			o.assembling[key][number] = may[0]
		}
	}
}

// ending notes that the end of an upload in parts is requested, ended that it is acknowledged.
func (o *outcomes) ending(key string) {
	for number := range o.parts(key) {
		o.add(partOf(key, number), absent)
	}
	o.forgetAssembling(key)
}

func (o *outcomes) ended(key string) {
	for number := range o.parts(key) {
		o.set(partOf(key, number), absent)
	}
	o.forgetAssembling(key)
}

func (o *outcomes) forgetAssembling(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.assembling, key)
}

// uploads returns the keys of uploads in parts.
func (o *outcomes) uploads() (keys []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for key := range o.may {
		if key, ok := strings.CutSuffix(key, "#0"); ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
