// Package pki makes the certificates and kubeconfigs of a throw-away cluster: a
// certificate authority, serving certificates for loopback and client certificates whose
// common name is the user and whose organisations are the groups.
//
// Package local calls it. Keys never leave the cluster's folder except inside a kubeconfig
// that was asked for, and every file that holds one has mode 0600. It must not be used
// for anything that listens beyond loopback.
package pki
