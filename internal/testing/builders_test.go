package testing

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A builder that shares memory with what it gave out would let one test case change
// another.
func TestObjCopies(t *testing.T) {
	queue := MakeQueue("live", "default").Markets("BR").Label("plan", "apac").Review(MakeReview("all"))
	first := queue.Obj()
	queue.Label("plan", "emea").Markets("MX").Source("MetricSource", "other")
	if first.Labels["plan"] != "apac" || first.Spec.Markets[0] != "BR" ||
		first.Spec.Classification.Metrics.SourceRef.Name != "source" {
		t.Errorf("An object changed with its builder: %v %v", first.Labels, first.Spec)
	}
	second := queue.Obj()
	second.Spec.Reviews[0].HarmDomains[0] = "hate"
	if got := queue.Obj().Spec.Reviews[0].HarmDomains[0]; got != "*" {
		t.Errorf("A builder changed with its object: %s", got)
	}
}

func TestMeta(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	pool := MakePool("pool", "ns").Label("a", "b").Generation(3).UID("u").CreatedAt(at).Obj()
	if pool.Labels["a"] != "b" || pool.Generation != 3 || pool.UID != "u" || !pool.CreationTimestamp.Time.Equal(at) {
		t.Errorf("The metadata is %+v", pool.ObjectMeta)
	}
}

func TestModuleRoot(t *testing.T) {
	root, err := ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "api", "v1alpha1", "doc.go")); err != nil {
		t.Errorf("The module's root is not %s: %v", root, err)
	}
	t.Chdir(t.TempDir())
	if root, err := ModuleRoot(); err == nil {
		t.Errorf("Outside the module the root is %s", root)
	}
}

func TestStartEnvWithoutAssets(t *testing.T) {
	t.Setenv(AssetsVariable, "")
	if env, err := StartEnv(); err == nil {
		t.Errorf("An API server started out of nothing: %v", env)
	}
}
