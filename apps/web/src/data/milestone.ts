import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { ApiError } from '../app/errors.js';
import type { ErrorParams } from '../app/errors.js';
import { cardFields, roundFields } from './fragments.js';

const milestoneFields = graphql(
  `
    fragment MilestoneFields on Milestone {
      enrolmentId
      nodeId
      title
      requirement {
        kind
        target
        unit
        minFiles
      }
      counted
      current {
        ...RoundFields
      }
      rounds {
        ...RoundFields
      }
      approvers {
        ...CardFields
      }
      missing
    }
  `,
  [cardFields, roundFields],
);
export type Milestone = ResultOf<typeof milestoneFields>;

export const MilestoneQuery = graphql(
  `
    query Milestone($enrolmentId: ID!, $nodeId: ID!) {
      milestone(enrolmentId: $enrolmentId, nodeId: $nodeId) {
        ...MilestoneFields
      }
      learnerNode(enrolmentId: $enrolmentId, nodeId: $nodeId) {
        enrolmentId
        nodeId
        state
        dueOn
        late
      }
      myEnrolments {
        enrolmentId
      }
    }
  `,
  [milestoneFields],
);
export const SaveMilestone = graphql(
  `
    mutation SaveMilestone($enrolmentId: ID!, $nodeId: ID!, $text: String, $number: Float) {
      saveMilestone(enrolmentId: $enrolmentId, nodeId: $nodeId, text: $text, number: $number) {
        ...MilestoneFields
      }
    }
  `,
  [milestoneFields],
);
export const AddEvidence = graphql(
  `
    mutation AddEvidence($enrolmentId: ID!, $nodeId: ID!, $evidence: MilestoneEvidenceInput!) {
      addMilestoneEvidence(enrolmentId: $enrolmentId, nodeId: $nodeId, evidence: $evidence) {
        ...MilestoneFields
      }
    }
  `,
  [milestoneFields],
);
export const ChangeEvidence = graphql(
  `
    mutation ChangeEvidence($id: ID!, $evidence: MilestoneEvidenceInput!) {
      changeMilestoneEvidence(id: $id, evidence: $evidence) {
        ...MilestoneFields
      }
    }
  `,
  [milestoneFields],
);
export const RemoveEvidence = graphql(
  `
    mutation RemoveEvidence($id: ID!) {
      removeMilestoneEvidence(id: $id) {
        ...MilestoneFields
      }
    }
  `,
  [milestoneFields],
);
export const SubmitMilestone = graphql(
  `
    mutation SubmitMilestone($enrolmentId: ID!, $nodeId: ID!) {
      submitMilestone(enrolmentId: $enrolmentId, nodeId: $nodeId) {
        ...MilestoneFields
      }
    }
  `,
  [milestoneFields],
);

export interface UploadedFile {
  id: string;
  name: string;
  kind: string;
  mime: string;
  bytes: number;
  url: string;
}

/** Sends one file; `progress` hears 0..1. Throws ApiError. */
export function uploadFile(
  owner: string,
  file: File,
  progress: (share: number) => void = () => undefined,
): Promise<UploadedFile> {
  const body = new FormData();
  body.append('file', file, file.name);
  return sendBody(`/api/files?owner=${encodeURIComponent(owner)}`, body, {}, progress) as Promise<UploadedFile>;
}

/** A POST that isn't GraphQL, with progress. Throws ApiError in the same words. */
export function sendBody(
  url: string,
  body: XMLHttpRequestBodyInit,
  headers: Record<string, string>,
  progress: (share: number) => void = () => undefined,
): Promise<unknown> {
  // fetch can't tell how much has been sent.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('x-waymark', '1');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = () =>
      reject(new ApiError('OFFLINE', navigator.onLine === false ? 'offline' : 'server-not-reached'));
    request.onload = () => {
      const answer = readJson(request.responseText);
      if (request.status >= 200 && request.status < 300) return resolve(answer);
      const problem = (answer ?? {}) as { code?: string; reason?: string; params?: ErrorParams; requestId?: string };
      reject(
        new ApiError(
          problem.code ?? (request.status === 413 ? 'BAD_USER_INPUT' : 'INTERNAL'),
          problem.reason ?? (request.status === 413 ? 'file-too-large' : 'unexpected'),
          problem.params ?? {},
          problem.requestId ?? null,
        ),
      );
    };
    request.send(body);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
