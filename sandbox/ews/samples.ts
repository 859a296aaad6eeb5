/** A few invented people for a first look at a mailbox that starts empty. */
import type { RawChange } from './access.ts';

export const SAMPLE_CONTACTS: readonly RawChange[] = [
  {
    'contacts:GivenName': 'Lena', 'contacts:Surname': 'Fischer', 'contacts:FileAs': 'Fischer, Lena', 'contacts:CompanyName': 'Northwind Traders',
    'contacts:JobTitle': 'Head of Logistics', 'contacts:EmailAddress/EmailAddress1': 'lena.fischer@northwind.example',
    'contacts:PhoneNumber/BusinessPhone': '+49 40 5550110', 'contacts:PhysicalAddress:Street/Business': 'Am Sandtorkai 50',
    'contacts:PhysicalAddress:City/Business': 'Hamburg', 'contacts:PhysicalAddress:PostalCode/Business': '20457',
    'contacts:PhysicalAddress:CountryOrRegion/Business': 'Germany',
  },
  {
    'contacts:GivenName': 'Tom', 'contacts:Surname': 'Becker', 'contacts:FileAs': 'Becker, Tom', 'contacts:CompanyName': 'Tailspin Toys',
    'contacts:EmailAddress/EmailAddress1': 'tom.becker@tailspin.example', 'contacts:PhoneNumber/MobilePhone': '0171 5550123',
  },
  {
    'contacts:GivenName': 'Ravi', 'contacts:Surname': 'Menon', 'contacts:FileAs': 'Menon, Ravi', 'contacts:CompanyName': 'Proseware',
    'contacts:EmailAddress/EmailAddress1': 'ravi.menon@proseware.example', 'contacts:PhoneNumber/BusinessPhone': '+49 30 5550141',
  },
];
