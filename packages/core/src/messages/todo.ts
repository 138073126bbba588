import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';

export const todoItemStatusSchema = z.enum(['pending', 'in_progress', 'completed', 'cancelled']);
export type TodoItemStatus = z.infer<typeof todoItemStatusSchema>;

/** One line of the agent's task list. */
export const todoItemSchema = openObject({
  id: z.string(),
  content: z.string(),
  status: todoItemStatusSchema,
});
export type TodoItem = z.infer<typeof todoItemSchema>;

/** The whole task list; every update replaces it. */
export const todoInfoSchema = openObject({ todos: z.array(todoItemSchema) });
export type TodoInfo = z.infer<typeof todoInfoSchema>;
