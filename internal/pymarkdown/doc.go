// Package pymarkdown reads Markdown as Python-Markdown does. Its dialect is not
// CommonMark with additions: a list nests by four columns, raw HTML runs to its
// closing tag, emphasis is found by patterns tried one after the other. Pages
// written for it come out right only if the same steps are taken in the same
// order, so the steps here are those of Python-Markdown 3.10 (its documentation,
// "Extension API"): preprocessors on lines, block processors that build a tree,
// tree processors (one of them runs the inline patterns), a serializer and
// postprocessors. The tree is goldmark's.
//
// What comes out is not sanitised; package markdown does that.
package pymarkdown
