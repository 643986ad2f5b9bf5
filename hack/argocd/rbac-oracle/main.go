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

// Command rbac-oracle answers, by Argo CD's own code, who may do what under a policy. It uses the data of the ConfigMap
// argocd-rbac-cm and the claims of a user's token, as argocd-server does. It is a program and not a package, because
// Argo CD needs other versions of Kubernetes' modules than the operator.
//
// It reads JSON documents from stdin and answers each with a line on stdout:
//
//	{"load": {"policy.csv": "...", "policy.default": "..."}}                 {} or {"error": "..."}
//	{"ask": {"subject": "...", "groups": ["..."], "resource": "applications",
//	         "action": "sync", "object": "shop/web"}}                        {"allowed": true}
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	applister "github.com/argoproj/argo-cd/v3/pkg/client/listers/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"github.com/golang-jwt/jwt/v5"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
)

type request struct {
	Load map[string]string `json:"load"`
	Ask  *question         `json:"ask"`
}

type question struct {
	Subject  string   `json:"subject"`
	Groups   []string `json:"groups"`
	Resource string   `json:"resource"`
	Action   string   `json:"action"`
	Object   string   `json:"object"`
}

type answer struct {
	Allowed bool   `json:"allowed,omitempty"`
	Error   string `json:"error,omitempty"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rbac-oracle:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	var enforcer *rbac.Enforcer
	for {
		var r request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a request: %w", err)
		}
		var a answer
		switch {
		case r.Ask == nil:
			var err error
			if enforcer, err = load(r.Load); err != nil {
				a.Error = err.Error()
			}
		case enforcer == nil:
			a.Error = "no policy is loaded"
		default:
			a = ask(enforcer, r.Ask)
		}
		if err := answers.Encode(a); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
	}
}

// load does the same as argocd-server when it starts and when the ConfigMap changes.
func load(data map[string]string) (enforcer *rbac.Enforcer, err error) {
	defer func() {
		// Argo CD's enforcer panics if it cannot read a policy.
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	enforcer = rbac.NewEnforcer(fake.NewClientset(), "argocd", "argocd-rbac-cm", nil)
	projects := applister.NewAppProjectLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})).AppProjects("argocd")
	claims := rbacpolicy.NewRBACPolicyEnforcer(enforcer, projects)
	enforcer.SetClaimsEnforcerFunc(claims.EnforceClaims)
	if err := enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV); err != nil {
		return nil, fmt.Errorf("load the built-in policy: %w", err)
	}
	enforcer.SetDefaultRole(data[rbac.ConfigMapPolicyDefaultKey])
	enforcer.SetMatchMode(data[rbac.ConfigMapMatchModeKey])
	if err := enforcer.SetUserPolicy(rbac.PolicyCSV(data)); err != nil {
		return nil, fmt.Errorf("load the policy: %w", err)
	}
	// The enforcer only reads the loaded policy at the first question.
	enforcer.Enforce("nobody", rbac.ResourceApplications, rbac.ActionGet, "none/none")
	return enforcer, nil
}

func ask(enforcer *rbac.Enforcer, q *question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	groups := make([]any, len(q.Groups))
	for i, group := range q.Groups {
		groups[i] = group
	}
	claims := jwt.MapClaims{"sub": q.Subject, "groups": groups}
	return answer{Allowed: enforcer.Enforce(claims, q.Resource, q.Action, q.Object)}
}
