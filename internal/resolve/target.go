package resolve

import "github.com/modcap/modcap/api/v1alpha1"

// Older reports whether a was there before b: of two targets that select the same, the older one plans it.
func Older(a, b *v1alpha1.StaffingTarget) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.Name < b.Name
}
