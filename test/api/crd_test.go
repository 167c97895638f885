package api

import (
	"context"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// maxCRDBytes is the limit of the design: a CRD must fit an annotation of kubectl
// apply, and be read by people.
const maxCRDBytes = 200_000

// TestCRDs shows that the API server has accepted the CRDs as they stand: schemas
// structural, names free, and nothing of a schema dropped.
func TestCRDs(t *testing.T) {
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			if c.bytes >= maxCRDBytes {
				t.Errorf("The CRD has %d bytes, want fewer than %d", c.bytes, maxCRDBytes)
			}
			var got apiextensionsv1.CustomResourceDefinition
			if err := env.Client.Get(context.Background(), client.ObjectKey{Name: c.Name}, &got); err != nil {
				t.Fatal(err)
			}
			conditions := map[apiextensionsv1.CustomResourceDefinitionConditionType]apiextensionsv1.ConditionStatus{}
			for _, condition := range got.Status.Conditions {
				conditions[condition.Type] = condition.Status
			}
			for condition, want := range map[apiextensionsv1.CustomResourceDefinitionConditionType]apiextensionsv1.ConditionStatus{
				apiextensionsv1.Established: apiextensionsv1.ConditionTrue, apiextensionsv1.NamesAccepted: apiextensionsv1.ConditionTrue,
				apiextensionsv1.NonStructuralSchema: "",
			} {
				if conditions[condition] != want {
					t.Errorf("%s is %q, want %q", condition, conditions[condition], want)
				}
			}
		})
	}
}
