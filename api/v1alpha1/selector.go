package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Selector is what s selects.
func (s LabelSelector) Selector() (labels.Selector, error) {
	var out metav1.LabelSelector
	for k, v := range s.MatchLabels {
		metav1.AddLabelToSelector(&out, k, string(v))
	}
	for _, e := range s.MatchExpressions {
		r := metav1.LabelSelectorRequirement{Key: e.Key, Operator: e.Operator}
		for _, v := range e.Values {
			r.Values = append(r.Values, string(v))
		}
		out.MatchExpressions = append(out.MatchExpressions, r)
	}
	return metav1.LabelSelectorAsSelector(&out)
}
