package openapi_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const apiPath = "github.com/backlox/lox/gen/api"

// compiled returns an importer that reads packages from the compiler's cache.
func compiled(t *testing.T) types.Importer {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", apiPath)
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
}

// DeletedBackup and DeletedWebhook have the same fields.
const deleteBackup = `package wrong

import (
	"context"

	"github.com/backlox/lox/gen/api"
)

func DeleteBackup(context.Context, api.DeleteBackupRequestObject) (api.DeleteBackupResponseObject, error) {
	return %s, nil
}
`

// A handler that returns a response of another operation must not compile.
func TestHandlerCannotReturnOtherResponse(t *testing.T) {
	from := compiled(t)
	for returned, want := range map[string]string{
		"api.DeleteBackup200JSONResponse{Body: api.DeletedBackup{}}":   "",
		"api.DeleteWebhook200JSONResponse{Body: api.DeletedWebhook{}}": "missing method VisitDeleteBackupResponse",
		"api.DeleteBackup200JSONResponse{Body: api.DeletedWebhook{}}":  "as api.DeletedBackup value in struct literal",
		"api.DeleteBackup200JSONResponse(api.DeletedWebhook{})":        "cannot convert",
		"api.DeletedBackup{}": "missing method VisitDeleteBackupResponse",
	} {
		t.Run(returned, func(t *testing.T) {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, "wrong.go", fmt.Sprintf(deleteBackup, returned), 0)
			if err != nil {
				t.Fatal(err)
			}
			_, err = (&types.Config{Importer: from}).Check("wrong", files, []*ast.File{file}, nil)
			switch {
			case want == "" && err != nil:
				t.Error(err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("the compiler says %v, want %q", err, want)
			}
		})
	}
}

// No type may be a response of two operations.
func TestResponseTypeBelongsToOneOperation(t *testing.T) {
	api, err := compiled(t).Import(apiPath)
	if err != nil {
		t.Fatal(err)
	}
	owner := map[string]string{}
	for operation := range api.Scope().Lookup("StrictServerInterface").Type().Underlying().(*types.Interface).Methods() {
		returned := operation.Signature().Results().At(0).Type().Underlying().(*types.Interface)
		found := false
		for _, name := range api.Scope().Names() {
			typ := api.Scope().Lookup(name).Type()
			if types.IsInterface(typ) || !types.Implements(typ, returned) {
				continue
			}
			found = true
			if other := owner[name]; other != "" {
				t.Errorf("%s is a response of %s and of %s", name, other, operation.Name())
			}
			owner[name] = operation.Name()
		}
		if !found {
			t.Errorf("%s has no response", operation.Name())
		}
	}
}
