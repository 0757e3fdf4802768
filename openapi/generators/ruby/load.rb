# frozen_string_literal: true

# Loads every file of the client, including those that its entry point may lack.

require 'openapi_client'

Dir[File.join(__dir__, 'client/lib/**/*.rb')].each { |file| require file }
