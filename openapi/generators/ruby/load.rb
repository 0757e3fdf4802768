# frozen_string_literal: true

# Loads every file of the client: its entry point names them all, and this finds those that it might forget.

require 'openapi_client'

Dir[File.join(__dir__, 'client/lib/**/*.rb')].each { |file| require file }
