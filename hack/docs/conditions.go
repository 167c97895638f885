package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// conditionsPage lists the constants of the API's conditions.go: a table for each
// block, headed by the block's comment. A constant without a comment is an error.
func conditionsPage(source []byte) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "conditions.go", source, parser.ParseComments)
	if err != nil {
		return "", fmt.Errorf("parse conditions: %w", err)
	}
	var b strings.Builder
	b.WriteString("# Conditions and their reasons\n\nMade from api/v1alpha1/conditions.go by `make generate`.\n")
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		title, rest, _ := strings.Cut(oneLine(block.Doc.Text()), ".")
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		if rest = strings.TrimSpace(rest); rest != "" {
			fmt.Fprintf(&b, "%s\n\n", rest)
		}
		b.WriteString("| word | meaning |\n|---|---|\n")
		for _, spec := range block.Specs {
			if err := row(&b, spec.(*ast.ValueSpec)); err != nil {
				return "", err
			}
		}
	}
	return b.String(), nil
}

func row(b *strings.Builder, spec *ast.ValueSpec) error {
	constant := spec.Names[0].Name
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok {
		return fmt.Errorf("document %s: its value is not a literal", constant)
	}
	word, err := strconv.Unquote(literal.Value)
	if err != nil {
		return fmt.Errorf("document %s: %w", constant, err)
	}
	text := oneLine(spec.Comment.Text())
	if text == "" {
		text = strings.TrimPrefix(oneLine(spec.Doc.Text()), constant+" ")
	}
	if text == "" {
		return fmt.Errorf("document %s: it has no comment", constant)
	}
	fmt.Fprintf(b, "| `%s` | %s |\n", word, cell(strings.TrimSuffix(text, ".")))
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
