-- The development seed: two workspaces of two owners, with one client in both. It can be run again, because it only
-- inserts missing rows.

INSERT INTO workspaces (id, slug, name, accent_color, welcome, portal_contact, default_portal_access, created_at) VALUES
  ('00000000-0000-4000-8000-00000000d001', 'demo', 'Demo Studio', '#1f6f5c', 'Your projects, files and invoices in one place.', 'hello@demo.test', 0, 1760000000000),
  ('00000000-0000-4000-8000-00000000e001', 'rival', 'Rival Works', '#7a3e9d', 'Good to see you.', 'hello@rival.test', 0, 1760000000000)
ON CONFLICT DO NOTHING;

INSERT INTO members (id, name, email, email_key, created_at) VALUES
  ('00000000-0000-4000-8000-00000000d101', 'Olivia Owner', 'owner@demo.test', 'owner@demo.test', 1760000000000),
  ('00000000-0000-4000-8000-00000000e101', 'Rita Rival', 'owner@rival.test', 'owner@rival.test', 1760000000000)
ON CONFLICT DO NOTHING;

INSERT INTO memberships (member_id, workspace_id, role, created_at) VALUES
  ('00000000-0000-4000-8000-00000000d101', '00000000-0000-4000-8000-00000000d001', 'owner', 1760000000000),
  ('00000000-0000-4000-8000-00000000e101', '00000000-0000-4000-8000-00000000e001', 'owner', 1760000000000)
ON CONFLICT DO NOTHING;

INSERT INTO client_companies (id, workspace_id, name, name_key, created_at) VALUES
  ('00000000-0000-4000-8000-00000000d201', '00000000-0000-4000-8000-00000000d001', 'Acme Corp', 'acme corp', 1760000000000)
ON CONFLICT DO NOTHING;

INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at) VALUES
  ('00000000-0000-4000-8000-00000000d301', '00000000-0000-4000-8000-00000000d001', 'Carla Client', 'carla client', 'client@demo.test', 'client@demo.test', 1, 1760000000000, 1760000000000),
  ('00000000-0000-4000-8000-00000000d302', '00000000-0000-4000-8000-00000000d001', 'Lars Locked', 'lars locked', 'locked@demo.test', 'locked@demo.test', 0, 1760000000000, 1760000000000),
  ('00000000-0000-4000-8000-00000000e301', '00000000-0000-4000-8000-00000000e001', 'Carla Client', 'carla client', 'client@demo.test', 'client@demo.test', 0, 1760000000000, 1760000000000),
  ('00000000-0000-4000-8000-00000000e302', '00000000-0000-4000-8000-00000000e001', 'Rob Regular', 'rob regular', 'client@rival.test', 'client@rival.test', 1, 1760000000000, 1760000000000)
ON CONFLICT DO NOTHING;

INSERT INTO contact_companies (workspace_id, contact_id, company_id, position) VALUES
  ('00000000-0000-4000-8000-00000000d001', '00000000-0000-4000-8000-00000000d301', '00000000-0000-4000-8000-00000000d201', 0)
ON CONFLICT DO NOTHING;
