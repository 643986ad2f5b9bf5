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

package controlplane

import (
	"fmt"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// clusterName is the cluster's name, and the context's, in every kubeconfig.
const clusterName = "stakeholder-demo"

// writeKubeconfig writes a kubeconfig to path whose only context connects as config does, under
// the name user, in namespace ("" is default). Certificates and tokens are embedded; only the
// owner may read the file.
func writeKubeconfig(path string, config *rest.Config, user, namespace string) error {
	content := clientcmdapi.Config{
		CurrentContext: clusterName,
		Clusters: map[string]*clientcmdapi.Cluster{clusterName: {
			Server:                   config.Host,
			CertificateAuthorityData: config.CAData,
		}},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{user: {
			ClientCertificateData: config.CertData,
			ClientKeyData:         config.KeyData,
			Token:                 config.BearerToken,
		}},
		Contexts: map[string]*clientcmdapi.Context{clusterName: {
			Cluster:   clusterName,
			AuthInfo:  user,
			Namespace: namespace,
		}},
	}
	if err := clientcmd.WriteToFile(content, path); err != nil {
		return fmt.Errorf("kubeconfig of %s: %w", user, err)
	}
	return nil
}

// UserKubeconfig writes a kubeconfig to path that connects with a certificate of a user who is in some groups. The user has
// exactly the rights that RBAC gives to them. Its namespace is the one that kubectl uses by default.
func (c *ControlPlane) UserKubeconfig(path, namespace, user string, groups ...string) error {
	config, err := c.servers.user(user, groups...)
	if err != nil {
		return err
	}
	return writeKubeconfig(path, config, user, namespace)
}
