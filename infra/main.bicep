// Everything Concord uses in Azure: one resource group with its contents in app.bicep.
// Plain resources with pinned API versions: no module registry is needed to compile this.
targetScope = 'subscription'

@minLength(1)
@maxLength(24)
@description('Name of this installation; azd asks for it. Part of every resource name.')
param environmentName string

@description('Azure region of everything but the Static Web App.')
param location string

@description('Region of the Static Web App (it exists in few): centralus, eastus2, westus2, westeurope, eastasia.')
param paneLocation string = 'westeurope'

@description('Node version of the Functions app. The bundle is built for 22 and also loaded there by npm run build.')
@allowed([ '22', '24' ])
param nodeVersion string = '22'

@description('Most instances that run at once: the hard cap on cost.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Application (client) id of the app registration for Microsoft 365.')
param microsoftClientId string

@secure()
@description('Client secret of that registration.')
param microsoftClientSecret string

@description('Tenant whose people may connect: a tenant id, or organizations for any.')
param microsoftTenant string = 'organizations'

@description('Consumer key of the External Client App in Salesforce.')
param salesforceClientId string

@secure()
@description('Consumer secret of that app.')
param salesforceClientSecret string

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-concord-${environmentName}'
  location: location
  tags: tags
}

module app 'app.bicep' = {
  name: 'concord'
  scope: group
  params: {
    location: location
    paneLocation: paneLocation
    tags: tags
    suffix: toLower(uniqueString(subscription().id, environmentName, location))
    nodeVersion: nodeVersion
    maximumInstanceCount: maximumInstanceCount
    microsoftClientId: microsoftClientId
    microsoftClientSecret: microsoftClientSecret
    microsoftTenant: microsoftTenant
    salesforceClientId: salesforceClientId
    salesforceClientSecret: salesforceClientSecret
  }
}

output CONCORD_API_URL string = app.outputs.apiUrl
output CONCORD_PANE_URL string = app.outputs.paneUrl
output CONCORD_FUNCTION_APP string = app.outputs.functionAppName
