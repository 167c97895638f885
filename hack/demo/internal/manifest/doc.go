// Package manifest reads the manifests of the checkout and applies them.
//
// The demo calls it in place of kubectl and kustomize, so that a machine needs
// neither. It knows resources and namespace of a kustomization, nothing else of it.
package manifest
