package api

import (
	"os/exec"
	"strings"
	"testing"
)

// TestExplain shows what a planner reads with kubectl explain: the fields of a queue,
// by the short name, each with its text.
func TestExplain(t *testing.T) {
	kubeconfig, kubectl := env.Kubeconfig(t)
	explain := func(what string) string {
		out, err := exec.Command(kubectl, "--kubeconfig", kubeconfig, "explain", what).CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl explain %s: %v\n%s", what, err, out)
		}
		return string(out)
	}
	crds := loadCRDs(t)
	for kind, c := range crds {
		t.Run(kind, func(t *testing.T) {
			text := strings.Join(strings.Fields(explain(c.Spec.Names.ShortNames[0]+".spec")), " ")
			for name, property := range c.schema().Properties["spec"].Properties {
				description := strings.Join(strings.Fields(property.Description), " ")
				if !strings.Contains(text, description) {
					t.Errorf("The text of %s is not shown: %s", name, description)
				}
			}
		})
	}
	if text := explain("mqueue.spec.reviews.serviceLevels.within"); !strings.Contains(text, "FIELD: within <string>") {
		t.Errorf("kubectl explain of a field deep within says:\n%s", text)
	}
}
