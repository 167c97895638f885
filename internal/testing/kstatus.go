package testing

import (
	"errors"
	"fmt"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// CheckStatus says in what the status of an object departs from the conventions of
// kstatus and of modcap: the generation is observed, in status and in every
// condition (a Stalled object keeps what was found for the spec before); Ready is
// always there, and agrees with Reconciling and Stalled, which are there only while
// they are true; every condition has a reason, a message and a time.
func CheckStatus(obj client.Object) error {
	s := Common(obj)
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if s.ObservedGeneration != obj.GetGeneration() {
		fail("status.observedGeneration is %d at generation %d", s.ObservedGeneration, obj.GetGeneration())
	}
	stalled := apimeta.FindStatusCondition(s.Conditions, modcapv1alpha1.ConditionStalled)
	reconciling := apimeta.FindStatusCondition(s.Conditions, modcapv1alpha1.ConditionReconciling)
	ready := apimeta.FindStatusCondition(s.Conditions, modcapv1alpha1.ConditionReady)
	for _, c := range s.Conditions {
		if c.ObservedGeneration != obj.GetGeneration() && (stalled == nil || c.Type == stalled.Type || c.Type == "Ready") {
			fail("%s observes generation %d, not %d", c.Type, c.ObservedGeneration, obj.GetGeneration())
		}
		if c.Reason == "" || c.Message == "" || c.LastTransitionTime.IsZero() {
			fail("%s lacks a reason, a message or a time: %+v", c.Type, c)
		}
	}
	switch {
	case ready == nil:
		fail("there is no Ready")
	case stalled != nil && ready.Status != metav1.ConditionFalse:
		fail("it is Stalled and Ready is %s", ready.Status)
	case reconciling != nil && ready.Status == metav1.ConditionTrue:
		fail("it is Reconciling and Ready")
	}
	for _, c := range []*metav1.Condition{stalled, reconciling} {
		if c != nil && c.Status != metav1.ConditionTrue {
			fail("%s is there and %s", c.Type, c.Status)
		}
	}
	return errors.Join(errs...)
}

// Common is the status that every kind of modcap's has; empty for another object.
func Common(obj client.Object) modcapv1alpha1.CommonStatus {
	switch o := obj.(type) {
	case *modcapv1alpha1.MetricSource:
		return o.Status.CommonStatus
	case *modcapv1alpha1.ClusterMetricSource:
		return o.Status.CommonStatus
	case *modcapv1alpha1.ClassifierPool:
		return o.Status.CommonStatus
	case *modcapv1alpha1.ModerationQueue:
		return o.Status.CommonStatus
	case *modcapv1alpha1.ModerationPolicy:
		return o.Status.CommonStatus
	case *modcapv1alpha1.ReviewTeam:
		return o.Status.CommonStatus
	case *modcapv1alpha1.StaffingTarget:
		return o.Status.CommonStatus
	case *modcapv1alpha1.CapacityOverride:
		return o.Status.CommonStatus
	}
	return modcapv1alpha1.CommonStatus{}
}
