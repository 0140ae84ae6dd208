import { graphql, type ResultOf } from '@waymark/api-client';

export const LearningMapsQuery = graphql(`
  query LearningMaps {
    learningMaps {
      id
      code
      title
      status
      openEnrolments
      hasDraft
      updatedAt
      currentVersion {
        id
        number
        nodes
        days
        publishedAt
      }
    }
  }
`);

const draftFields = graphql(`
  fragment MapDraftFields on MapDraft {
    mapId
    revision
    updatedAt
    basedOnNumber
    document
    updatedBy {
      id
      name
    }
    problems {
      code
      severity
      nodeKeys
      stageKey
      params
    }
  }
`);

export const LearningMapQuery = graphql(
  `
    query LearningMap($code: String!) {
      learningMap(code: $code) {
        id
        code
        title
        status
        openEnrolments
        hasDraft
        currentVersion {
          id
          number
        }
        publishedDocument
        versions {
          id
          number
          summary
          nodes
          publishedAt
          openEnrolments
          publishedBy {
            id
            name
          }
        }
        draft {
          ...MapDraftFields
        }
      }
    }
  `,
  [draftFields],
);
export type LearningMapView = ResultOf<typeof LearningMapQuery>['learningMap'];
export type DraftView = NonNullable<LearningMapView['draft']>;

export const CreateMapMutation = graphql(`
  mutation CreateMap($code: String!, $title: TextInput!) {
    createMap(code: $code, title: $title) {
      id
      code
    }
  }
`);

export const CopyMapMutation = graphql(`
  mutation CopyMap($mapId: ID!, $code: String!, $title: TextInput!) {
    copyMap(mapId: $mapId, code: $code, title: $title) {
      id
      code
    }
  }
`);

export const StartMapDraftMutation = graphql(
  `
    mutation StartMapDraft($mapId: ID!) {
      startMapDraft(mapId: $mapId) {
        ...MapDraftFields
      }
    }
  `,
  [draftFields],
);

export const SaveMapDraftMutation = graphql(
  `
    mutation SaveMapDraft($mapId: ID!, $revision: Int!, $document: JSON!, $editorId: String) {
      saveMapDraft(mapId: $mapId, revision: $revision, document: $document, editorId: $editorId) {
        ...MapDraftFields
      }
    }
  `,
  [draftFields],
);

export const DiscardMapDraftMutation = graphql(`
  mutation DiscardMapDraft($mapId: ID!, $revision: Int!) {
    discardMapDraft(mapId: $mapId, revision: $revision) {
      id
      code
    }
  }
`);

export const MapPublishPreviewQuery = graphql(`
  query MapPublishPreview($mapId: ID!) {
    mapPublishPreview(mapId: $mapId) {
      number
      openEnrolments
      completedKept
      newNodes
      droppedNodes
      changes {
        kind
        nodeKey
        title
        fields
      }
    }
  }
`);

export const PublishMapMutation = graphql(`
  mutation PublishMap($mapId: ID!, $revision: Int!, $summary: String!, $move: String!) {
    publishMap(mapId: $mapId, revision: $revision, summary: $summary, move: $move) {
      id
      code
      currentVersion {
        id
        number
      }
    }
  }
`);

export const MapTargetsQuery = graphql(`
  query MapTargets($kind: String!, $search: String) {
    mapTargets(kind: $kind, search: $search) {
      kind
      code
      id
      title
      minutes
      status
    }
  }
`);

export const MapDraftPreviewQuery = graphql(`
  query MapDraftPreview($mapId: ID!, $day: Int!, $locale: String, $pace: String!) {
    mapDraftPreview(mapId: $mapId, day: $day, locale: $locale, pace: $pace)
  }
`);

export const TellMapEditorsMutation = graphql(`
  mutation TellMapEditors($mapId: ID!, $editorId: String!, $nodeKey: String, $leaving: Boolean!) {
    tellMapEditors(mapId: $mapId, editorId: $editorId, nodeKey: $nodeKey, leaving: $leaving)
  }
`);

export const MapEditedSubscription = graphql(`
  subscription MapEdited($mapId: ID!) {
    mapEdited(mapId: $mapId) {
      kind
      editorId
      revision
      nodeKey
      person {
        id
        name
        initial
        pictureUrl
      }
    }
  }
`);
export type MapEdit = ResultOf<typeof MapEditedSubscription>['mapEdited'];

export const MapTemplatesQuery = graphql(`
  query MapTemplates {
    mapTemplates {
      code
      title
      summary
      days
      stages
      nodes
    }
  }
`);

export const CreateMapFromTemplateMutation = graphql(`
  mutation CreateMapFromTemplate($template: String!, $code: String!, $title: TextInput!) {
    createMapFromTemplate(template: $template, code: $code, title: $title) {
      id
      code
    }
  }
`);

export const CheckMapFileQuery = graphql(`
  query CheckMapFile($text: String!, $code: String) {
    checkMapFile(text: $text, code: $code) {
      code
      title
      stages
      nodes
      importable
      replaces {
        title
        revision
        updatedAt
        updatedBy {
          id
          name
        }
      }
      problems {
        place
        key
        code
        params
        blocking
      }
    }
  }
`);

export const ReplaceMapDraftMutation = graphql(`
  mutation ReplaceMapDraft($text: String!, $code: String, $revision: Int) {
    replaceMapDraft(text: $text, code: $code, revision: $revision) {
      id
      code
    }
  }
`);

export const ImportMapMutation = graphql(`
  mutation ImportMap($text: String!, $code: String) {
    importMap(text: $text, code: $code) {
      id
      code
    }
  }
`);
