package api

import "testing"

// TestRichObjects shows that the objects from which the other tests start are
// admitted, and that a field added to a spec is added to them.
func TestRichObjects(t *testing.T) {
	objects := rich(t)
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			for _, object := range objects[kind] {
				if got := dryRun(t, object); got != nil {
					t.Errorf("%s is refused: %v", object.GetName(), got)
				}
			}
			for _, n := range specNodes(c)[1:] {
				if _, _, ok := concrete(objects[kind], n.path); !ok {
					t.Errorf("No rich object sets %s", n.path)
				}
			}
		})
	}
}
