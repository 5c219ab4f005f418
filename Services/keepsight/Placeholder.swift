// Placeholder until the service's first file lands.
