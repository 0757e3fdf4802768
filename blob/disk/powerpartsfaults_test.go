package disk

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// An upload that could not be assembled, because the disk failed at one step, is not an object, neither at once nor after a
// power failure. It can be continued when the disk works again.
func TestFailedAssemblingIsNotAnObjectAfterAPowerLoss(t *testing.T) {
	t.Parallel()
	for _, step := range []string{
		"truncate", "sync " + dataDir + "/parts", "syncdir " + dataDir + "/objects", "link",
		"syncdir " + dataDir + "/objects/ten_", "remove", "syncdir " + dataDir + "/parts",
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			for _, next := range []string{"again", "part again", "abort", "delete"} {
				failedAssembling(t, step, next)
			}
		})
	}
}

// failedAssembling makes a step of the assembly fail, and then continues with next.
func failedAssembling(t *testing.T, step, next string) {
	t.Helper()
	c := newComputer(t, faultless)
	failing := false
	c.before = func(called call) error {
		if failing && strings.HasPrefix(called.String(), step) {
			return errSync
		}
		return nil
	}
	c.start(t)
	body := content(testPartSize + 1)
	of := c.mustBegin(t, c.key(lox.NewTenantID()))
	for number, part := range [][]byte{body[:testPartSize], body[testPartSize:]} {
		require.Equal(t, http.StatusOK, c.putPart(t, of, number+1, part))
	}
	c.wrongPart(t, of, 3, content(testPartSize)) // so that assembling has to truncate the file
	first := len(c.recorded())
	failing = true
	err := c.assemble(t, of, body)
	require.ErrorIs(t, err, errSync)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
	require.Equal(t, absent, served(t, c.store, of.Key))
	_, err = c.store.Stat(t.Context(), of.Key)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
	failing = false
	switch next {
	case "again":
		require.NoError(t, c.assemble(t, of, body))
		require.Equal(t, sumOf(body), served(t, c.store, of.Key))
	case "part again": // refused if the file may already be that of the object
		status := c.putPart(t, of, 1, content(testPartSize))
		require.Contains(t, []int{http.StatusOK, http.StatusPreconditionFailed, http.StatusForbidden}, status)
	case "abort":
		require.NoError(t, c.abort(t, of))
		found := served(t, c.store, of.Key) // the parts may have become the object
		c.note(func(o *outcomes) { o.set(of.Key, found) })
	case "delete":
		require.NoError(t, c.remove(t, of.Key))
	}
	result := c.cutPower(t, first)
	assert.Empty(t, strings.Join(result.wrong, "\n"), next)
	t.Logf("%s: %d calls, %d states of the disk", next, result.calls, result.states)
}

// skippingFile doesn't sync files with a suffix.
func skippingFile(suffix string) func(fileSystem) fileSystem {
	return func(files fileSystem) fileSystem {
		return &faulty{fileSystem: files, syncFile: func(f file) error {
			if strings.HasSuffix(f.Name(), suffix) {
				return nil
			}
			return f.Sync()
		}}
	}
}

// The model finds each step of an upload in parts that is missing or comes too early.
func TestPowerLossModelFindsMissingSyncsOfParts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault func(fileSystem) fileSystem
		wrong string
	}{
		"the bytes are not synced":                     {skippingFile(dataSuffix), "not all of them"},
		"the records are not synced":                   {skippingFile(tableSuffix), "is lost"},
		"removed records are not synced":               {withdrawalsNotSynced, "not all of them"},
		"uploads are not synced":                       {skipping(named("parts")), "#0 is lost"},
		"the name of the object is not synced":         {skipping(isTenant), "is lost"},
		"the name of the tenant is not synced":         {skipping(named("objects")), "is lost"},
		"the file is renamed instead of linked":        {renamed, "there are not all parts, and no object"},
		"the bytes of an ended upload are not removed": {leftoversStay, "outlived a restart"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, test.fault)
			useOfParts(t, c)
			assert.Contains(t, strings.Join(c.cutPower(t, 0).wrong, "\n"), test.wrong)
		})
	}
}

// withdrawalsNotSynced doesn't sync a write of zeros, which removes the record of a part.
func withdrawalsNotSynced(files fileSystem) fileSystem {
	return &faulty{fileSystem: files, open: func(f file) file { return &forgetful{file: f} }}
}

type forgetful struct {
	file
	zeros bool
}

func (f *forgetful) WriteAt(p []byte, at int64) (int, error) {
	f.zeros = !slices.ContainsFunc(p, func(b byte) bool { return b != 0 })
	return f.file.WriteAt(p, at)
}

func (f *forgetful) Sync() error {
	if f.zeros {
		return nil
	}
	return f.file.Sync()
}

// renamed renames the file to its name in objects, instead of linking it.
func renamed(files fileSystem) fileSystem {
	return &faulty{fileSystem: files, link: files.Rename}
}

// leftoversStay doesn't remove the bytes of an upload that has ended.
func leftoversStay(files fileSystem) fileSystem {
	return &faulty{fileSystem: files, remove: func(path string) error {
		if strings.HasSuffix(path, dataSuffix) {
			return nil
		}
		return files.Remove(path)
	}}
}
