package diagram

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// post asks a server for a drawing.
func post(ctx context.Context, client *http.Client, address string, src []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", address, err)
	}
	req.Header.Set("Content-Type", "text/plain")
	req.Header.Set("Accept", "image/svg+xml")
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for a drawing: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, MaxDrawing+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer of %s: %w", address, err)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %s%s", address, res.Status, reason(b))
	case len(b) > MaxDrawing:
		return nil, fmt.Errorf("%s answers more than %d bytes", address, MaxDrawing)
	}
	return b, nil
}

// reason is the first line of an answer, if it is short and plain.
func reason(b []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(string(b), "\ufffd")), "\n")
	if line == "" || len(line) > 200 || strings.HasPrefix(line, "<") {
		return ""
	}
	return ": " + line
}
