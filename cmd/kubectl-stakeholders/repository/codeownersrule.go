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

package repository

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// CodeOwnersRule assigns the files that match a pattern to the deciders of a topic or to a role. Exactly one of Topic
// and Role must be set.
type CodeOwnersRule struct {
	// Pattern matches paths, such as /docs/requirements/ or *. It may contain letters, digits and * ? . / @ _ + - ( ),
	// which mean the same to all tools that read such files. ? stands for any other character. It must not start with
	// @.
	Pattern string
	// Topic whose deciders own the files. "default" means everything that no topic names.
	Topic string
	// Role whose parties own the files: Customer, ProductOwner or DevelopmentTeam. End users own none: they are asked
	// about the product, and do not decide how it is made.
	Role string
}

var codeOwnersPattern = regexp.MustCompile(`^[A-Za-z0-9*?./_+()-][A-Za-z0-9*?./@_+()-]*$`)

func (o CodeOwnersOptions) check() error {
	if len(o.Rules) == 0 {
		return fmt.Errorf("%w: CODEOWNERS has no rules: say which paths are about which topic, such as /docs/requirements/ about requirements", ErrOptions)
	}
	seen := map[string]bool{}
	for _, rule := range o.Rules {
		if !codeOwnersPattern.MatchString(rule.Pattern) || strings.Contains(rule.Pattern, "***") {
			return fmt.Errorf("%w: the pattern %q cannot stand in CODEOWNERS: use letters, digits and * ? . / @ _ + - ( ), and ? for any other character",
				ErrOptions, rule.Pattern)
		}
		if seen[rule.Pattern] {
			return fmt.Errorf("%w: the pattern %q stands in CODEOWNERS twice, and only its last rule would count: remove one", ErrOptions, rule.Pattern)
		}
		seen[rule.Pattern] = true
		if (rule.Topic == "") == (rule.Role == "") {
			return fmt.Errorf("%w: the rule for %q needs a topic or a role, and not both", ErrOptions, rule.Pattern)
		}
		if _, known := roleNames[rule.Role]; rule.Role != "" && !known {
			return fmt.Errorf("%w: the rule for %q goes to the role %q, and only %s, %s and %s can own files",
				ErrOptions, rule.Pattern, rule.Role, roleCustomer, roleProductOwner, roleDevelopmentTeam)
		}
	}
	for _, owner := range o.Fallback {
		if !isOnGitHub(owner) && !plainEmail.MatchString(owner) {
			return fmt.Errorf("%w: GitHub does not know the fallback %q: use @user, @org/team or an e-mail address", ErrOptions, owner)
		}
	}
	return nil
}

// findOverridden reports the earlier patterns to which a later one leaves no file.
func (o *Output) findOverridden(earlier []string, later string) {
	isFolder := strings.HasPrefix(later, "/") && strings.HasSuffix(later, "/") && !strings.ContainsAny(later, "*?")
	for _, pattern := range earlier {
		if slices.Contains([]string{"*", "**", "/**"}, later) || isFolder && strings.HasPrefix(pattern, later) {
			o.found(CodeOwnersPath, CodeOverridden, "the rule for "+quoted(pattern)+" has no effect, because the one for "+quoted(later)+" comes later and matches the same files: put that one first")
		}
	}
}
