package lifecycle_test

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/backlox/lox"
)

// parts are the unfinished uploads in parts of a memory, by key and id.
type parts map[lox.UnfinishedParts]map[int]part

type part struct {
	body     string
	modified time.Time
}

// putPart uploads a part of a backup.
func (m *memory) putPart(b lox.Backup, number int, body string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for u, of := range m.parts {
		if u.Key == b.ObjectKey() && u.UploadID == b.UploadID {
			of[number] = part{body, at}
		}
	}
}

// begin adds an upload that began at a time.
func (m *memory) begin(key, id string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.parts[lox.UnfinishedParts{Key: key, UploadID: id, Begun: at}] = map[int]part{}
}

// unfinished returns the ids of the unfinished uploads in order.
func (m *memory) unfinished() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := []string{}
	for u := range m.parts {
		ids = append(ids, u.UploadID)
	}
	slices.Sort(ids)
	return ids
}

func (m *memory) upload(of lox.PartsOf) (lox.UnfinishedParts, map[int]part, error) {
	if m.fail != nil {
		return lox.UnfinishedParts{}, nil, m.fail
	}
	for u, parts := range m.parts {
		if u.Key == of.Key && u.UploadID == of.UploadID {
			return u, parts, nil
		}
	}
	return lox.UnfinishedParts{}, nil, lox.Errorf(lox.CodeUploadIncomplete, "There is no such upload")
}

func (m *memory) BeginParts(context.Context, string) (string, error) { return "", m.fail }

func (m *memory) PresignPart(context.Context, lox.PartUpload) (lox.PresignedUpload, error) {
	return lox.PresignedUpload{}, nil
}

func (m *memory) Parts(_ context.Context, of lox.PartsOf, after, limit int) (list []lox.Part, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, parts, err := m.upload(of)
	for _, number := range slices.Sorted(maps.Keys(parts)) {
		if number > after && len(list) < limit {
			list = append(list, lox.Part{Number: number, Size: int64(len(parts[number].body)), Modified: parts[number].modified})
		}
	}
	return list, err
}

func (m *memory) AssembleParts(_ context.Context, of lox.PartsOf, size int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, parts, err := m.upload(of)
	if object, there := m.objects[of.Key]; lox.CodeOf(err) == lox.CodeUploadIncomplete && there && int64(len(object)) == size {
		return nil
	}
	if err != nil {
		return err
	}
	var whole strings.Builder
	for _, number := range slices.Sorted(maps.Keys(parts)) {
		whole.WriteString(parts[number].body)
	}
	if int64(whole.Len()) != size {
		return lox.Errorf(lox.CodeUploadIncomplete, "Not all parts")
	}
	m.objects[of.Key] = whole.String()
	delete(m.parts, u)
	return nil
}

func (m *memory) AbortParts(_ context.Context, of lox.PartsOf) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, _, err := m.upload(of)
	delete(m.parts, u)
	if lox.CodeOf(err) == lox.CodeUploadIncomplete {
		return nil
	}
	return err
}

func (m *memory) UnfinishedParts(context.Context) iter.Seq2[lox.UnfinishedParts, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	list, fail := slices.Collect(maps.Keys(m.parts)), m.fail
	return func(yield func(lox.UnfinishedParts, error) bool) {
		for _, u := range list {
			if !yield(u, nil) {
				return
			}
		}
		if fail != nil {
			yield(lox.UnfinishedParts{}, fail)
		}
	}
}
