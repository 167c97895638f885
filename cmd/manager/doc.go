// Command manager is the modcap operator.
package main
