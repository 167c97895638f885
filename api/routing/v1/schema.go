package v1

import _ "embed"

//go:embed schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of the three documents, for routers in
// other languages and for editors. A test holds it to the Go types.
func Schema() string { return schema }
