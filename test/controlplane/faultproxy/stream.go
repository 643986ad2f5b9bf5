/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package faultproxy

import "io"

// stream is the answer to a watch: it passes on what the API server sends, unless it is frozen.
type stream struct {
	body     io.ReadCloser
	exchange *exchange
	// done is closed when the client has gone, the stream is cut, or the proxy closes.
	done <-chan struct{}
}

// Read reads what the API server sends, and waits for the thaw before it passes that on. So during a freeze it passes
// on nothing that was sent after it began, not even the end of the stream.
func (s *stream) Read(b []byte) (int, error) {
	n, err := s.body.Read(b)
	if thawed := s.thawed(); !thawed {
		return 0, errLost
	}
	return n, err
}

// thawed waits until nothing freezes the stream. It returns false if the stream ends first.
func (s *stream) thawed() bool {
	for {
		freeze := s.exchange.proxy.frozen(s.exchange.request)
		if freeze == nil {
			return true
		}
		freeze.holding.Add(1)
		select {
		case <-freeze.thawed:
			freeze.holding.Add(-1)
		case <-s.done:
			freeze.holding.Add(-1)
			return false
		}
	}
}

// Close ends the watch at the API server.
func (s *stream) Close() error { return s.body.Close() }

// Watches is how many watches that match picks are under way.
func (p *Proxy) Watches(match Match) int { return len(p.watches(match)) }

// CutWatches breaks the watches under way that match picks, like a failing connection, and returns their number.
// Clients can watch again at once. To affect their new watches, inject a rule first.
func (p *Proxy) CutWatches(match Match) int {
	cut := p.watches(match)
	for _, e := range cut {
		e.cancel()
	}
	return len(cut)
}

// watches lists the watches that match picks.
func (p *Proxy) watches(match Match) []*exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*exchange
	for e := range p.exchanges {
		if e.request.Verb == verbWatch && match.picks(e.request) {
			list = append(list, e)
		}
	}
	return list
}
