package routing

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
)

func revisionName(t *testing.T, p *v1alpha1.ModerationPolicy) string {
	t.Helper()
	r, ok := RevisionOf(p)
	if !ok {
		t.Fatal("the policy means nothing")
	}
	return r.Name
}

// What is read back is what was stored, to the byte, however the store spaced it.
func TestReadRevision(t *testing.T) {
	want, _ := RevisionOf(policy())
	spaced := bytes.ReplaceAll(want.Data, []byte(`,"`), []byte(",\n \""))
	for name, data := range map[string][]byte{"as written": want.Data, "spaced": spaced} {
		got, err := ReadRevision(want.Name, data)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v, revision (-want +got):\n%s", name, err, d)
		}
	}
	text := string(want.Data)
	for name, c := range map[string]struct{ data, err string }{
		"another threshold":          {strings.Replace(text, `"actAt":970000`, `"actAt":970001`, 1), "it is not used"},
		"nothing":                    {"", "cannot be read"},
		"an empty object":            {"{}", "it is not used"},
		"a float":                    {`{"labels":[{"actAt":0.5}]}`, "cannot be read"},
		"a field of another version": {strings.Replace(text, `"actAt"`, `"actFrom"`, 1), "it is not used"},
	} {
		if c.data == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		_, err := ReadRevision(want.Name, []byte(c.data))
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.err)
		}
	}
}
