# frozen_string_literal: true

# Does the main job with the client of openapi-generator.

require 'net/http'
require 'openapi_client'

CONTENT = "content of a backup by openapi-generator's Ruby client"

def check(holds, got = nil)
  raise "unexpected: #{got.inspect}" unless holds
end

url = URI(ENV.fetch('LOX_URL'))
OpenapiClient.configure do |lox|
  lox.scheme = url.scheme
  lox.host = "#{url.host}:#{url.port}"
  lox.base_path = url.path
  lox.server_index = nil
  lox.access_token = ENV.fetch('LOX_API_KEY')
end
backups = OpenapiClient::BackupsApi.new

metadata = { 'generator' => 'openapi-generator' }
upload = backups.create_backup(OpenapiClient::CreateBackupRequest.new(name: 'ruby', size_bytes: CONTENT.bytesize, metadata: metadata))
check(upload.status.start_with?('pending'), upload.status)
store = URI(upload.upload_url)
response = Net::HTTP.start(store.host, store.port) { |http| http.put(store.request_uri, CONTENT, upload.upload_headers) }
check(response.is_a?(Net::HTTPOK), response)

completed = backups.complete_backup(upload.id)
check(completed.status.start_with?('completed'), completed.status)
check(backups.list_backups(limit: 100).backups.map(&:id).include?(upload.id))
backup = backups.get_backup(upload.id)
check(backup.metadata.transform_keys(&:to_s) == metadata, backup.metadata)

download = backups.get_backup_download(upload.id)
check(Net::HTTP.get(URI(download.download_url)) == CONTENT)
check(backups.delete_backup(upload.id).deleted)
