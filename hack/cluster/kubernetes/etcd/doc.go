// Command etcd is the etcd server, built from its released module.
package main
