// The resources of one installation. Storage, vault and telemetry take no keys: the app signs in with its own identity.
param location string
param paneLocation string
param tags object
param suffix string
param nodeVersion string
param maximumInstanceCount int
param microsoftClientId string
@secure()
param microsoftClientSecret string
param microsoftTenant string
param salesforceClientId string
@secure()
param salesforceClientSecret string

var storageName = 'stconcord${suffix}'
var functionAppName = 'func-concord-${suffix}'
var deploymentContainer = 'deployments'
var tables = [ 'state', 'accounts', 'due' ]
var queues = [ 'sync-mailbox', 'preview-mailbox', 'sync-mailbox-poison', 'preview-mailbox-poison' ]

// Least roles of the app's identity, each with the reason it is needed (ids: "Azure built-in roles").
var storageRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner: the host's timer locks and the deployment package
  '974c5e8b-45b9-4653-ba55-00f855dd0fb8' // Storage Queue Data Contributor: send and receive messages
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor: all state
]
var vaultRoles = [
  '12338af0-0e69-4776-bea7-57ae8d297424' // Key Vault Crypto User: wrap and unwrap the organizations' data keys
  '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User: read the two client secrets
]
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher: write telemetry

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-concord-${suffix}'
  location: location
  tags: tags
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: storageName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    resource deployments 'containers' = { name: deploymentContainer }
  }

  resource queueService 'queueServices' = {
    name: 'default'
    resource each 'queues' = [for name in queues: { name: name }]
  }

  resource tableService 'tableServices' = {
    name: 'default'
    resource each 'tables' = [for name in tables: { name: name }]
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-concord-${suffix}'
  location: location
  tags: tags
  properties: { retentionInDays: 30, sku: { name: 'PerGB2018' }, workspaceCapping: { dailyQuotaGb: 1 } }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-concord-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspace.id, DisableLocalAuth: true }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${take(suffix, 20)}'
  location: location
  tags: tags
  properties: {
    sku: { family: 'A', name: 'standard' }
    tenantId: tenant().tenantId
    enableRbacAuthorization: true
    enableSoftDelete: true
    // Without this key every stored sign-in is lost: it cannot be purged.
    enablePurgeProtection: true
  }

  resource wrapKey 'keys' = {
    name: 'concord-wrap'
    properties: { kty: 'RSA', keySize: 3072, keyOps: [ 'wrapKey', 'unwrapKey' ] }
  }

  resource microsoftSecret 'secrets' = {
    name: 'microsoft-client-secret'
    properties: { value: microsoftClientSecret }
  }

  resource salesforceSecret 'secrets' = {
    name: 'salesforce-client-secret'
    properties: { value: salesforceClientSecret }
  }
}

resource storageAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in storageRoles: {
  name: guid(storage.id, identity.id, role)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

resource vaultAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in vaultRoles: {
  name: guid(vault.id, identity.id, role)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

resource insightsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, metricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-concord-${suffix}'
  location: location
  tags: tags
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  kind: 'functionapp'
  properties: { reserved: true }
}

resource pane 'Microsoft.Web/staticSites@2024-04-01' = {
  name: 'stapp-concord-${suffix}'
  location: paneLocation
  tags: union(tags, { 'azd-service-name': 'pane' })
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {}
}

resource functions 'Microsoft.Web/sites@2024-04-01' = {
  name: functionAppName
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: maximumInstanceCount }
      runtime: { name: 'node', version: nodeVersion }
    }
    siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      CONCORD_API_URL: 'https://${functionAppName}.azurewebsites.net'
      CONCORD_PANE_URL: 'https://${pane.properties.defaultHostname}'
      CONCORD_KEY_VAULT_KEY: vault::wrapKey.properties.keyUriWithVersion
      MICROSOFT_CLIENT_ID: microsoftClientId
      MICROSOFT_CLIENT_SECRET: '@Microsoft.KeyVault(SecretUri=${vault::microsoftSecret.properties.secretUri})'
      MICROSOFT_TENANT: microsoftTenant
      SALESFORCE_CLIENT_ID: salesforceClientId
      SALESFORCE_CLIENT_SECRET: '@Microsoft.KeyVault(SecretUri=${vault::salesforceSecret.properties.secretUri})'
    }
    dependsOn: [ storageAccess, vaultAccess ]
  }
}

output apiUrl string = 'https://${functionAppName}.azurewebsites.net'
output paneUrl string = 'https://${pane.properties.defaultHostname}'
output functionAppName string = functionAppName
