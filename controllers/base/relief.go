package base

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
)

// ReliefCondition sets ReliefActive by what is in force, of policies or of targets, each by
// its name; what is not enough is said first. Without any that is declared there is no
// condition.
func ReliefCondition(set conditions.Setter, all []v1alpha1.ReliefStatus, name func(*v1alpha1.ReliefStatus) string) {
	if len(all) == 0 {
		set.Clear(v1alpha1.ConditionReliefActive)
		return
	}
	worst, status := &all[0], metav1.ConditionFalse
	var texts []string
	for i := range all {
		s := &all[i]
		if s.Step == "" {
			continue
		}
		if status == metav1.ConditionFalse || s.Code == v1alpha1.ReasonReliefExhausted {
			worst, status = s, metav1.ConditionTrue
		}
		texts = append(texts, fmt.Sprintf("%s: %s", name(s), s.Message))
	}
	if status == metav1.ConditionFalse {
		texts = []string{worst.Message}
	}
	text := strings.Join(texts, ". ")
	set.Set(v1alpha1.ConditionReliefActive, status, worst.Code, strings.ToUpper(text[:1])+text[1:])
}
