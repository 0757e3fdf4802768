package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"gopkg.in/yaml.v3"
)

func TestSamplesIn(t *testing.T) {
	const file = "package main\n\n\t// sample one\n\tif a {\n\t\tb()\n\t}\n\n\tc()\n\t// end sample\n# sample two\nx\n# end sample\n"
	got := map[string]string{}
	err := samplesIn([]byte(file), func(name, source string) error { got[name] = source; return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"one": "if a {\n  b()\n}\n\nc()\n", "two": "x\n"}
	for name, source := range want {
		if got[name] != source {
			t.Errorf("%s is %q, want %q", name, got[name], source)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %q", got)
	}
	if err := samplesIn([]byte("// sample one\na\n"), func(string, string) error { return nil }); err == nil {
		t.Error("a sample without an end is accepted")
	}
}

func TestJSONKeepsOrderAndNumbers(t *testing.T) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte("b: 20.0\na: {'200': x, c: [1, true, null, '<']}\n"), &root); err != nil {
		t.Fatal(err)
	}
	got, err := asJSON(&root)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"b":20.0,"a":{"200":"x","c":[1,true,null,"<"]}}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The committed document must be the one that its source generates.
func TestPublishedDocumentIsUpToDate(t *testing.T) {
	t.Chdir("../..")
	root, err := published()
	if err != nil {
		t.Fatal(err)
	}
	want, err := asYAML(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(targetDir, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("gen/document is out of date: run make gen")
	}
}
