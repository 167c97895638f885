// Package apply writes the ConfigMaps that modcap owns: overwritten ones by
// server-side apply, left alone when nothing differs, and immutable ones that are
// made once. A reader never finds a document half written: each is one object.
package apply
