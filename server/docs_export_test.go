package server

// RegisterDocs lets tests serve the reference page with storage at another origin.
var RegisterDocs = registerDocs
