import type { FormField, FormView, PanelView } from '../shared/border.ts';

export interface NamedField extends FormField {
  name: string;
  required: boolean;
}

/** What is asked where a site has no form of its own. */
const kUsual: FormView = { properties: { name: {}, email: { format: 'email' } } };

/** The questions of the site's form whose answers nobody knows yet, in their order. */
export function missingFields(view: PanelView, onlyRequired: boolean): NamedField[] {
  const { customer, site } = view;
  const form = site.form ?? kUsual;
  const names = Object.keys(form.properties);
  const order = [...(form.order ?? []).filter((name) => names.includes(name)),
    ...names.filter((name) => !form.order?.includes(name))];
  const known: Record<string, string> =
    { ...customer.attributes, name: customer.name, email: customer.email };
  return order.flatMap((name) => {
    const required = form.required?.includes(name) ?? false;
    if (known[name] || (onlyRequired && !required)) return [];
    return [{ ...form.properties[name]!, name, required }];
  });
}

/** Whether an answer is one. A pattern that no browser understands asks for nothing. */
export function isGood(field: NamedField, value: string): boolean {
  if (!value) return !field.required;
  if (field.enum && !field.enum.includes(value)) return false;
  if (field.type === 'integer' && !/^[+-]?\d{1,15}$/.test(value)) return false;
  if ((field.format ?? (field.name === 'email' ? 'email' : '')) === 'email') {
    return /^[^\s@]+@[^\s@]+$/.test(value);
  }
  if (!field.pattern) return true;
  try {
    return new RegExp(`^(?:${field.pattern})$`, 'u').test(value);
  } catch {
    return true;
  }
}
