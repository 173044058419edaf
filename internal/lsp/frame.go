package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of one message of the base protocol.
const (
	MaxHeader = 8 << 10  // bytes of all header fields
	MaxBody   = 48 << 20 // bytes of the content: a file of the largest size, escaped
	maxSkip   = 1 << 30  // bytes of a content that is too large and is passed over
)

// errTooLarge tells of a message that was passed over.
var errTooLarge = fmt.Errorf("the message is larger than %d bytes", MaxBody)

// readFrame reads the content of one message (LSP 3.17, Base Protocol). After
// errTooLarge the next message can be read; after any other error nothing can.
// io.EOF tells that the other side has ended between two messages.
func readFrame(r *bufio.Reader) ([]byte, error) {
	length, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if length > MaxBody {
		if _, err := io.CopyN(io.Discard, r, int64(length)); err != nil {
			return nil, broken(err)
		}
		return nil, errTooLarge
	}
	// The content is taken as it comes, so that a length alone costs no memory.
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(length)); err != nil {
		return nil, broken(err)
	}
	return body.Bytes(), nil
}

// broken is the error of a message that ends too early.
func broken(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read a message: %w", err)
}

// readHeader reads the header fields of a message and returns its length.
func readHeader(r *bufio.Reader) (length int, err error) {
	length, left := -1, MaxHeader
	for first := true; ; first = false {
		line, err := readLine(r, &left)
		switch {
		case errors.Is(err, io.EOF) && first && line == "":
			return 0, io.EOF
		case err != nil:
			return 0, fmt.Errorf("read the header of a message: %w", err)
		case line == "" && length < 0:
			return 0, errors.New("the header of a message has no Content-Length")
		case line == "":
			return length, nil
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return 0, fmt.Errorf("the header of a message holds %q", cut(line, 40))
		}
		if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			continue // Content-Type may say nothing but UTF-8
		}
		if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 || length > maxSkip {
			return 0, fmt.Errorf("the length of a message is %q", cut(strings.TrimSpace(value), 40))
		}
	}
}

// readLine reads one line of a header, of at most left bytes.
func readLine(r *bufio.Reader, left *int) (string, error) {
	var line []byte
	for {
		b, err := r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return string(line), err
		}
		if *left--; *left < 0 {
			return "", fmt.Errorf("it is longer than %d bytes", MaxHeader)
		}
		if b == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b)
	}
}

// framed is a message as it stands in the stream.
func framed(body []byte) []byte {
	return append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(body)), body...)
}

// cut is a text of at most n bytes, for messages.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
