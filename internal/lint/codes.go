package lint

import (
	"slices"

	"callboard/internal/diag"
)

// codes are all codes that callboard reports, in order. A test compares them
// with the tree.
var codes = []diag.Code{
	"annotation-deprecated",
	"annotation-unknown",
	"annotation-value",
	"api-definition-format",
	"api-definition-invalid",
	"api-definition-too-large",
	"api-without-provider",
	"catalog-file-empty",
	"catalog-file-unreadable",
	"catalog-too-many-files",
	"code-too-large",
	"codeowners-line-invalid",
	"codeowners-too-large",
	"component-without-docs",
	"config-missing",
	"config-type",
	"config-unknown-key",
	"config-value",
	"dependency-cycle",
	"deprecated-in-use",
	"description-missing",
	"docs-anchor-missing",
	"docs-asset-refused",
	"docs-link-broken",
	"docs-missing",
	"docs-nav-missing",
	"docs-path-invalid",
	"entity-address-invalid",
	"entity-duplicate",
	"entity-envelope",
	"entity-format",
	"entity-kind-unknown",
	"entity-not-an-object",
	"entity-root-field",
	"entity-schema",
	"entity-skeleton",
	"file-unreadable",
	"front-matter-invalid",
	"import-key-unknown",
	"import-left-out",
	"import-name-missing",
	"import-other-format",
	"import-replaced",
	"import-unreadable",
	"import-value",
	"internal-panic",
	"key-case-duplicate",
	"lifecycle-not-allowed",
	"lifecycle-spelling",
	"link-icon-unknown",
	"link-unsafe",
	"lint-ignore-invalid",
	"lint-ignore-unused",
	"list-duplicate",
	"location-target-missing",
	"location-target-outside",
	"location-target-remote",
	"location-too-deep",
	"location-unused",
	"markdown-failed",
	"markdown-too-complex",
	"markdown-too-deep",
	"markdown-too-large",
	"metadata-field-unknown",
	"mkdocs-invalid",
	"mkdocs-unsupported",
	"owner-email",
	"owner-missing",
	"owner-not-group",
	"path-collision",
	"placeholder-as-text",
	"placeholder-failed",
	"ref-dangling",
	"ref-invalid",
	"ref-name-impossible",
	"ref-self",
	"ref-wrong-kind",
	"relation-cycle",
	"repo-too-deep",
	"repo-too-many-files",
	"spec-field-unknown",
	"symlink-outside",
	"system-without-parts",
	"table-too-large",
	"tag-spelling",
	"techdocs-entity-missing",
	"techdocs-ref-invalid",
	"techdocs-ref-remote",
	"theme-invalid",
	"type-not-allowed",
	"type-spelling",
	"yaml-ambiguous",
	"yaml-comment-value",
	"yaml-duplicate-key",
	"yaml-encoding",
	"yaml-key-invalid",
	"yaml-merge-key",
	"yaml-number",
	"yaml-syntax",
	"yaml-too-large",
}

// Codes are all codes that callboard reports, in order; each has a page of the
// manual.
func Codes() []diag.Code { return slices.Clone(codes) }

// nearestCode is the code that a word most likely means, or "".
func nearestCode(word diag.Code) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return nearest(string(word), words, 3)
}
