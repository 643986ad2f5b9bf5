@kubectl-stakeholders __complete %*
